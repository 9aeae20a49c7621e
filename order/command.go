package order

import "strings"

// Command is an order given to the station by a code of the bench card or a key.
type Command string

// CommandPrefix starts every command barcode of the bench card.
const CommandPrefix = "PS:"

// RolePrefix starts a barcode that names a scanner's role: the name the configuration
// gives it. The station says whether the scanner that read it has that role.
const RolePrefix = CommandPrefix + "ROLE:"

// Commands.
const (
	CmdUndo     Command = "UNDO"
	CmdShort    Command = "SHORT"   // close the line with fewer units: out of stock
	CmdDamaged  Command = "DAMAGED" // the same, goods damaged
	CmdSkip     Command = "SKIP"
	CmdSubst    Command = "SUBST" // other goods instead, on a lead's word
	CmdYes      Command = "YES"
	CmdNo       Command = "NO"
	CmdPrint    Command = "PRINT"   // print the waybill now, or again
	CmdNextBox  Command = "NEXTBOX" // this box is full, the next one follows
	CmdBoxS     Command = "BOX-S"   // the same, and its kind is S
	CmdBoxM     Command = "BOX-M"
	CmdBoxL     Command = "BOX-L"
	CmdUnbox    Command = "UNBOX" // everything out of one box again
	CmdBatch    Command = "BATCH" // several orders at once, each into its tote
	CmdWall     Command = "WALL"  // a wave into the slots of a put wall
	CmdHold     Command = "HOLD"
	CmdCall     Command = "CALL"
	CmdQueue    Command = "QUEUE"   // put the work back and show the queue
	CmdDispatch Command = "SHIP"    // hand parcels over
	CmdManifest Command = "LIST"    // print the list of what was handed over, for the driver to sign
	CmdTasks    Command = "TASKS"   // returns, and goods to move and to count
	CmdCold     Command = "COLD"    // tote or parcels go back into the cold
	CmdGradeA   Command = "GRADE-A" // returned goods: as new
	CmdGradeB   Command = "GRADE-B"
	CmdGradeC   Command = "GRADE-C"
	CmdRestock  Command = "RESTOCK" // what was judged last goes back to its place
	CmdScrap    Command = "SCRAP"   // or is thrown away; HOLD leaves it to a person
	CmdLang     Command = "LANG"
	CmdInfo     Command = "INFO" // how the bench is, then the shift, then who works on what
	CmdSignOut  Command = "SIGNOUT"
	CmdKeep     Command = "KEEP"    // sign out, the work stays mine
	CmdRelease  Command = "RELEASE" // sign out or leave, the work is free
)

// CommandText is a command with what the bench card prints beside its barcode.
type CommandText struct {
	Command Command
	Key     string // function key that does the same, "" where only a scan counts
	Name    Names
}

// Code returns the text of the command's barcode.
func (c CommandText) Code() string { return CommandPrefix + string(c.Command) }

// Commands lists all commands in the order of the bench card.
func Commands() []CommandText {
	return []CommandText{
		{CmdUndo, "F6", Names{"撤销", "UNDO"}},
		{CmdShort, "F7", Names{"缺货", "SHORT"}},
		{CmdDamaged, "", Names{"破损", "DAMAGED"}},
		{CmdSkip, "F9", Names{"跳过", "SKIP"}},
		{CmdSubst, "", Names{"换货", "SUBSTITUTE"}},
		{CmdYes, "", Names{"是", "YES"}},
		{CmdNo, "esc", Names{"否", "NO"}},
		{CmdPrint, "F5", Names{"打印面单", "PRINT"}},
		{CmdNextBox, "F12", Names{"换箱", "NEXT BOX"}},
		{CmdBoxS, "", Names{"小箱", "BOX S"}},
		{CmdBoxM, "", Names{"中箱", "BOX M"}},
		{CmdBoxL, "", Names{"大箱", "BOX L"}},
		{CmdUnbox, "", Names{"倒箱", "EMPTY BOX"}},
		{CmdBatch, "", Names{"批量拣货", "BATCH"}},
		{CmdWall, "", Names{"播种墙", "PUT WALL"}},
		{CmdHold, "", Names{"挂起", "HOLD"}},
		{CmdCall, "", Names{"呼叫组长", "CALL LEAD"}},
		{CmdQueue, "F3", Names{"任务列表", "QUEUE"}},
		{CmdDispatch, "F4", Names{"发货交接", "SHIP"}},
		{CmdManifest, "", Names{"交接单", "HAND-OVER LIST"}},
		{CmdTasks, "", Names{"退货与理货", "TASKS"}},
		{CmdCold, "", Names{"入冷", "INTO COLD"}},
		{CmdGradeA, "", Names{"完好 A", "GRADE A"}},
		{CmdGradeB, "", Names{"瑕疵 B", "GRADE B"}},
		{CmdGradeC, "", Names{"损坏 C", "GRADE C"}},
		{CmdRestock, "", Names{"上架", "RESTOCK"}},
		{CmdScrap, "", Names{"报废", "SCRAP"}},
		{CmdLang, "F2", Names{"中文/English", "LANGUAGE"}},
		{CmdInfo, "F1", Names{"本台情况", "INFO"}},
		{CmdSignOut, "F10", Names{"签退", "SIGN OUT"}},
		{CmdKeep, "F11", Names{"保留任务", "KEEP WORK"}},
		{CmdRelease, "F8", Names{"释放任务", "RELEASE"}},
	}
}

// ParseCommand returns the command of a scanned code. A code with the prefix that
// names no command is reported as not ok with an empty command.
func ParseCommand(text string) (cmd Command, isCommand bool) {
	rest, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), CommandPrefix)
	if !ok {
		return "", false
	}
	for _, c := range Commands() {
		if string(c.Command) == rest {
			return c.Command, true
		}
	}
	if _, ok := quantityOf(Command(rest)); ok {
		return Command(rest), true
	}
	if _, ok := choiceOf(Command(rest)); ok {
		return Command(rest), true
	}
	return "", true
}

// KeyCommand returns the command of a function key name such as "F7", or of a typed
// [Quantity] or [Choice], or of the name of a command that no key gives; else "". YES has
// neither: it is on the bench card alone.
func KeyCommand(key string) Command {
	if _, ok := quantityOf(Command(key)); ok {
		return Command(key)
	}
	if _, ok := choiceOf(Command(key)); ok {
		return Command(key)
	}
	for _, c := range Commands() {
		if c.Command != CmdYes && strings.EqualFold(c.Command.KeyName(), key) {
			return c.Command
		}
	}
	return ""
}

// KeyName is what [KeyCommand] takes for the command: its key, its name where it has none.
func (c Command) KeyName() string {
	for _, t := range Commands() {
		if t.Command == c && t.Key != "" {
			return t.Key
		}
	}
	return string(c)
}
