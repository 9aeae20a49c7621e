// Package order is the domain of the warehouse: orders, shipments, parcels,
// their states, the events that change them and the rules that decide what a
// scan means. It is pure: no I/O and no clock; time is always an argument.
// Station and centre run the same functions on the same events.
//
// Glossary, one word per thing:
//
//	order 订单            line 订单行           SKU 货品
//	shipment 出库单       parcel 包裹           waybill 面单
//	location 货位         zone 库区             tote 周转箱
//	pick 拣货             pack 打包             dispatch 发货
//	hold 截停             short pick 缺货       return 退货
//	operator 操作员       station 工作台        shift 班次
//	carrier 承运商        lot 批号              expiry 有效期
//	serial 序列号         lease 租约            instruction 作业指令
//	box 箱                batch 批量            put wall 播种墙
//	slot 格               kit 套装              lead 组长
//	pack, of stock 整件
//
// The walk of one scan through the package: a [Reading] enters [Decide] with the
// bench and the shipment on it; the [Decision] that comes out names a verdict,
// two message lines and the events that are to be stored; [Apply] folds each
// event into the shipment, here and again at the centre.
//
// Two promises hold for every input, and the model test checks them: a verdict
// that is not Good leaves shipments as they were, and what Decide drafts never
// gives an [Anomaly] when it is applied. The centre may change or withdraw a plan
// at any moment, so each step, and each answer to a question, judges the shipment
// anew.
package order
