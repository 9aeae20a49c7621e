package order

import (
	"testing"
	"time"
)

// strict has a bench whose warehouse keeps the roles apart.
func strict(w *world) *world {
	w.env.Policy.StrictRoles = true
	w.people["B-MEI"].Roles = []Role{RolePacker}
	w.people["B-RET"] = &Operator{ID: "ret", Name: "赵敏", Roles: []Role{RoleReturns}}
	w.people["B-CNT"] = &Operator{ID: "cnt", Name: "钱进", Roles: []Role{RoleCount}}
	return w
}

func TestWhoTakesReturnsOrCountsOnlySitsDownAtTheTasksAndHearsWhoTakesOrders(t *testing.T) {
	for _, badge := range []string{"B-RET", "B-CNT"} {
		w := strict(unmanned(t, ship1("A", line("mango", 1, "L1"))))
		w.wantDo(w.want(w.scan(badge), OK, MsgSignedIn), DoScanTask)
		w.wantScreen(ScreenTasks)
		w.card(CmdQueue)
		for _, scan := range []string{"A", "PS:BATCH", "PS:SHIP"} {
			d := w.wantDo(w.want(w.scan(scan), Blocked, MsgNotYourRole), DoRolesBadge)
			if r := Role(d.Do.Args.Reason); r != RolePicker && r != RolePacker {
				t.Fatalf("%s: says %+v", scan, d.Do.Args)
			}
		}
		w.scan("B-LI")
		w.wait(time.Second)
		w.want(w.scan("B-LI"), OK, MsgSignedIn)
		w.want(w.scan("A"), OK, MsgOpened)
	}
}

func TestATaskOfAnotherRoleSaysWhoTakesIt(t *testing.T) {
	w := strict(atReturns(t, sentBack(line("mango", 3, "L1"))))
	d := w.wantDo(w.want(w.scan("RET-1"), Blocked, MsgNotYourRole), DoRolesBadge)
	if d.Do.Args.Reason != string(RoleReturns) {
		t.Fatalf("says %+v", d.Do.Args)
	}
	w.scan("B-RET")
	w.wait(time.Second)
	w.wantDo(w.want(w.scan("B-RET"), OK, MsgSignedIn), DoScanTask)
	w.want(w.scan("RET-1"), OK, MsgTaskOpened)
	w.wantDo(w.want(w.scan("B-CNT"), Blocked, MsgNotYourRole), DoFinishTask)
}

func TestWorkChangesHandsToARoleThatTakesItOnly(t *testing.T) {
	w := strict(newWorld(t, ship1("A", line("mango", 2, "L1")), ship1("B", line("mango", 1, "L1"))))
	w.scan("A")
	w.wantDo(w.want(w.scan("B-MEI"), Blocked, MsgNotYourRole), DoFinishFirst)
	w.scan("B-BOSS") // a lead takes everything
	w.wait(time.Second)
	w.want(w.scan("B-BOSS"), OK, MsgSignedIn)
	w.card(CmdRelease)
	w.card(CmdBatch)
	w.wantDo(w.want(w.scan("B-MEI"), Blocked, MsgNotYourRole), DoFinishAll)
	w.env.Policy.StrictRoles = false
	w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskBatchOver)
}

func TestTheHandOverScreenIsNotLeftToWhoHandsNothingOver(t *testing.T) {
	w := strict(newWorld(t, ship1("A", line("mango", 1, "L1"))))
	w.bench.Roles = []Role{RolePacker}
	w.card(CmdDispatch)
	w.scan("B-CNT")
	w.wait(time.Second)
	w.want(w.scan("B-CNT"), OK, MsgSignedIn)
	w.wantScreen(ScreenTasks)
}

// What is a lead's takes a lead, whether roles are kept apart or not.
func TestALeadsDecisionsTakeALead(t *testing.T) {
	for _, apart := range []bool{false, true} {
		w := strict(newWorld(t, ship1("A", line("mango", 1, "L1"), line("tea", 1, "L2"))))
		w.env.Policy.StrictRoles = apart
		w.bench.Roles = []Role{RolePicker, RolePacker, RoleReturns, RoleCount}
		w.people["B-MEI"].Roles = w.bench.Roles
		w.scan("A")
		w.want(w.card(CmdSubst), Needs, MsgAskSubst)
		w.want(w.scan("B-MEI"), Blocked, MsgNotLead)
		w.card(CmdNo)
		times(3, func() { w.card(CmdInfo) })
		if w.scan("B-MEI"); w.bench.Panel == PanelLead {
			t.Fatal("the lead's page opens without a lead")
		}
		w.env.WordAge = 100 * time.Hour
		w.scan("A")
		w.scan("MANGO")
		w.want(w.scan("TEA"), OrderDone, MsgOrderPicked)
		w.wantDo(w.want(w.scan("B-MEI"), Blocked, MsgNotLead), DoScanLead) // the print gate
		w.want(w.scan("B-BOSS"), OK, MsgOverridden)
	}
}
