package customs

// The parts of the messages. A struct's fields stand in the order of the elements, and
// its tags are the elements' facets, both as customs publish them; of CEB603, whose
// facets are not published, fields take those of their namesakes in CEB621.

// head603 is the head of an export inventory 出口清单表头.
type head603 struct {
	GUID           string `ceb:"guid,req,len=36"`
	AppType        string `ceb:"appType,req,len=1"` // 1 new, 2 change, 3 delete
	AppTime        string `ceb:"appTime,req,len=14"`
	AppStatus      string `ceb:"appStatus,req,max=3"` // 1 kept, 2 declared
	CustomsCode    string `ceb:"customsCode,req,len=4"`
	EbpCode        string `ceb:"ebpCode,req,max=18"` // platform 电商平台
	EbpName        string `ceb:"ebpName,req,max=100"`
	OrderNo        string `ceb:"orderNo,req,max=60"`
	LogisticsCode  string `ceb:"logisticsCode,req,max=18"`
	LogisticsName  string `ceb:"logisticsName,req,max=100"`
	LogisticsNo    string `ceb:"logisticsNo,req,max=60"`
	CopNo          string `ceb:"copNo,req,max=20"` // the enterprise's own number
	PreNo          string `ceb:"preNo,max=18"`     // on a change or deletion only, as invtNo
	InvtNo         string `ceb:"invtNo,max=18"`
	IEFlag         string `ceb:"ieFlag,req,len=1"` // E
	PortCode       string `ceb:"portCode,req,len=4"`
	IEDate         string `ceb:"ieDate,req,len=8"`
	StatisticsFlag string `ceb:"statisticsFlag,req,len=1"` // A simplified 简化申报, B summarised 汇总申报
	AgentCode      string `ceb:"agentCode,req,max=18"`     // who declares 申报单位
	AgentName      string `ceb:"agentName,req,max=100"`
	EbcCode        string `ceb:"ebcCode,req,max=18"` // consignor 收发货人
	EbcName        string `ceb:"ebcName,req,max=100"`
	OwnerCode      string `ceb:"ownerCode,req,max=18"` // producer or seller 生产销售单位
	OwnerName      string `ceb:"ownerName,req,max=100"`
	IacCode        string `ceb:"iacCode,max=18"` // enterprise inside the zone 区内企业
	IacName        string `ceb:"iacName,max=100"`
	EmsNo          string `ceb:"emsNo,max=30"` // account book, 1210 only
	TradeMode      string `ceb:"tradeMode,req,len=4"`
	TrafMode       string `ceb:"trafMode,req,len=1"`
	TrafName       string `ceb:"trafName,max=100"`
	VoyageNo       string `ceb:"voyageNo,max=32"`
	BillNo         string `ceb:"billNo,max=37"`
	TotalPackageNo string `ceb:"totalPackageNo,max=37"`
	LoctNo         string `ceb:"loctNo,max=10"`
	LicenseNo      string `ceb:"licenseNo,max=19"`
	Country        string `ceb:"country,req,len=3"` // destination
	POD            string `ceb:"POD,req,max=8"`     // port of discharge
	Freight        Dec    `ceb:"freight,req"`
	FCurrency      string `ceb:"fCurrency,req,len=3"`
	FFlag          string `ceb:"fFlag,req,len=1"` // 1 rate, 2 per unit, 3 total
	InsuredFee     Dec    `ceb:"insuredFee,req"`
	ICurrency      string `ceb:"iCurrency,req,len=3"`
	IFlag          string `ceb:"iFlag,req,len=1"`
	WrapType       string `ceb:"wrapType,req,len=1"`
	PackNo         int    `ceb:"packNo,req,digits=9"`
	GrossWeight    Dec    `ceb:"grossWeight,req"` // kg
	NetWeight      Dec    `ceb:"netWeight,req"`
	Note           string `ceb:"note,max=1000"`
}

// line603 is a line of an export inventory 出口清单表体.
type line603 struct {
	GNum         int    `ceb:"gnum,req"`
	ItemNo       string `ceb:"itemNo,max=30"`
	ItemRecordNo string `ceb:"itemRecordNo,max=30"`
	ItemName     string `ceb:"itemName,max=250"`
	GCode        string `ceb:"gcode,req,len=10"`
	GName        string `ceb:"gname,req,max=250"`
	GModel       string `ceb:"gmodel,req,max=510"`
	BarCode      string `ceb:"barCode,req,max=50"` // 无 where there is none
	Country      string `ceb:"country,req,len=3"`
	Currency     string `ceb:"currency,req,len=3"`
	Qty          Dec    `ceb:"qty,req"`
	Qty1         Dec    `ceb:"qty1,req"`
	Qty2         Dec    `ceb:"qty2"`
	Unit         string `ceb:"unit,req,len=3"`
	Unit1        string `ceb:"unit1,req,len=3"`
	Unit2        string `ceb:"unit2,len=3"`
	Price        Dec    `ceb:"price,req"`
	TotalPrice   Dec    `ceb:"totalPrice,req"`
	Note         string `ceb:"note,max=1000"`
}

// head621 is the head of an import inventory 进口清单表头.
type head621 struct {
	GUID             string `ceb:"guid,req,len=36"`
	AppType          string `ceb:"appType,req,len=1"`
	AppTime          string `ceb:"appTime,req,len=14"`
	AppStatus        string `ceb:"appStatus,req,max=3"`
	OrderNo          string `ceb:"orderNo,req,max=60"`
	EbpCode          string `ceb:"ebpCode,req,max=18"`
	EbpName          string `ceb:"ebpName,req,max=100"`
	EbcCode          string `ceb:"ebcCode,req,max=18"`
	EbcName          string `ceb:"ebcName,req,max=100"`
	LogisticsNo      string `ceb:"logisticsNo,req,max=60"`
	LogisticsCode    string `ceb:"logisticsCode,req,max=18"`
	LogisticsName    string `ceb:"logisticsName,req,max=100"`
	CopNo            string `ceb:"copNo,max=20"`
	PreNo            string `ceb:"preNo,max=18"`
	AssureCode       string `ceb:"assureCode,req,max=30"` // who stands surety 担保企业
	EmsNo            string `ceb:"emsNo,max=30"`
	InvtNo           string `ceb:"invtNo,max=18"`
	IEFlag           string `ceb:"ieFlag,req,len=1"` // I
	DeclTime         string `ceb:"declTime,req,len=8"`
	CustomsCode      string `ceb:"customsCode,req,len=4"`
	PortCode         string `ceb:"portCode,req,len=4"`
	IEDate           string `ceb:"ieDate,len=8"`
	BuyerIDType      string `ceb:"buyerIdType,req,len=1"`
	BuyerIDNumber    string `ceb:"buyerIdNumber,req,max=60,personal"`
	BuyerName        string `ceb:"buyerName,req,max=60,personal"`
	BuyerTelephone   string `ceb:"buyerTelephone,req,max=30,personal"`
	ConsigneeAddress string `ceb:"consigneeAddress,req,max=200,personal"`
	AgentCode        string `ceb:"agentCode,req,max=18"`
	AgentName        string `ceb:"agentName,req,max=100"`
	AreaCode         string `ceb:"areaCode,max=18"`
	AreaName         string `ceb:"areaName,max=100"`
	TradeMode        string `ceb:"tradeMode,req,len=4"`
	TrafMode         string `ceb:"trafMode,req,len=1"`
	TrafNo           string `ceb:"trafNo,max=100"`
	VoyageNo         string `ceb:"voyageNo,max=32"`
	BillNo           string `ceb:"billNo,max=37"`
	LoctNo           string `ceb:"loctNo,max=10"`
	LicenseNo        string `ceb:"licenseNo,max=19"`
	Country          string `ceb:"country,req,len=3"` // of dispatch
	Freight          Dec    `ceb:"freight,req"`
	InsuredFee       Dec    `ceb:"insuredFee,req"`
	Currency         string `ceb:"currency,req,len=3"`
	WrapType         string `ceb:"wrapType,len=1"`
	PackNo           int    `ceb:"packNo,req,digits=9"`
	GrossWeight      Dec    `ceb:"grossWeight,req"`
	NetWeight        Dec    `ceb:"netWeight,req"`
	Note             string `ceb:"note,max=1000"`
}

// line621 is a line of an import inventory 进口清单表体.
type line621 struct {
	GNum         int    `ceb:"gnum,req"`
	ItemRecordNo string `ceb:"itemRecordNo,max=30"`
	ItemNo       string `ceb:"itemNo,max=30"`
	ItemName     string `ceb:"itemName,max=250"`
	GCode        string `ceb:"gcode,req,len=10"`
	GName        string `ceb:"gname,req,max=250"`
	GModel       string `ceb:"gmodel,req,max=510"`
	BarCode      string `ceb:"barCode,max=50"`
	Country      string `ceb:"country,req,len=3"` // of origin
	TradeCountry string `ceb:"tradeCountry,len=3"`
	Currency     string `ceb:"currency,req,len=3"`
	Qty          Dec    `ceb:"qty,req"`
	Unit         string `ceb:"unit,req,len=3"`
	Qty1         Dec    `ceb:"qty1,req"`
	Unit1        string `ceb:"unit1,req,len=3"`
	Qty2         Dec    `ceb:"qty2"`
	Unit2        string `ceb:"unit2,len=3"`
	Price        Dec    `ceb:"price,req"`
	TotalPrice   Dec    `ceb:"totalPrice,req"`
	Note         string `ceb:"note,max=1000"`
}

// baseTransfer names who sends a message 报文传输企业.
type baseTransfer struct {
	CopCode string `ceb:"copCode,req,max=18"`
	CopName string `ceb:"copName,req,max=100"`
	DxpMode string `ceb:"dxpMode,req,len=3"` // DXP
	DxpID   string `ceb:"dxpId,req,max=30"`
	Note    string `ceb:"note,max=1000"`
}
