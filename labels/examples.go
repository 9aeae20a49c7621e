package labels

import "time"

// exampleTime is the printing time of all examples.
func exampleTime() time.Time {
	return time.Date(2026, 3, 14, 9, 26, 53, 0, time.FixedZone("CST", 8*3600))
}

func exampleWaybill() Document {
	return Waybill{
		Number: "SF1234567890123", CarrierCode: "SF", Carrier: "顺丰速运", Service: "冷运标快 · 寄付",
		RoutingCode: "571-W12-308", SortingMark: "杭州西湖 集散 WH", Temperature: Frozen,
		Receiver: Party{Name: "欧阳文静", Phone: "13812345678", Province: "浙江省", City: "杭州市", District: "西湖区",
			Street: "文一西路969号海创园6栋2单元1203室"},
		Sender: Party{Name: "海南鲜果仓", Phone: "0898-66668888", Company: true, Province: "海南省", City: "海口市", District: "龙华区",
			Street: "金盘工业区保税路3号冷库二层"},
		Items:    []WaybillItem{{"贵妃芒果 5斤装", 2}, {"清补凉冰淇淋 ICE CREAM", 6}, {"文昌鸡礼盒", 1}},
		ParcelNo: 1, ParcelCount: 2, WeightG: 6350, COD: &Money{12800, "CNY"}, OrderRefs: []string{"WDT20260314000127", "WDT20260314000131"},
		QR: "https://t.example.com/w/SF1234567890123?o=WDT20260314000127", Merchant: "冷冻品请先验收再签收。破损请拍照，24 小时内联系客服。\nFrozen goods: check before signing.",
		Station: "PACK-07", Operator: "A012", PrintedAt: exampleTime(), PrintNo: 1,
	}
}
