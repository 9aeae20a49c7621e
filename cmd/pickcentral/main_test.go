package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// runCLI runs one command line and returns its output.
func runCLI(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), spread(args), strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// mustCLI runs one command line that has to succeed.
func mustCLI(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errOut := runCLI(t, args...)
	if code != 0 {
		t.Fatalf("%v: exit %d: %s", args, code, errOut)
	}
	return out
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" || c.Example == "" {
			t.Errorf("%s: no help or no example", c.CommandPath())
		}
		for _, child := range c.Commands() {
			if child.Name() != "help" {
				walk(child)
			}
		}
	}
	walk(newRootCommand())
}

func TestFailuresHaveTheirExitCodeAndTwoLines(t *testing.T) {
	store := "sqlite:" + filepath.Join(t.TempDir(), "c.db")
	there := "sqlite:" + filepath.Join(t.TempDir(), "c.db")
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"Asia/Shanghai"}`), "--store", there)
	orders := write(t, "o.csv", "nonsense\n")
	for name, test := range map[string]struct {
		code int
		args []string
	}{
		"unknown command":       {exitUsage, []string{"dance"}},
		"unknown flag":          {exitUsage, []string{"serve", "--loud"}},
		"argument too many":     {exitUsage, []string{"serve", "x"}},
		"no file":               {exitUsage, []string{"import", "--format", "uci"}},
		"no format":             {exitUsage, []string{"import", "--store", there, orders}},
		"group alone":           {exitUsage, []string{"orders"}},
		"unknown kind of store": {exitUsage, []string{"orders", "list", "--store", "mysql:x"}},
		"plain on the network":  {exitUsage, []string{"serve", "--plain", "--addr", "0.0.0.0:0", "--store", there}},
		"address is none":       {exitUsage, []string{"serve", "--addr", "here", "--store", there}},
		"no station":            {exitUsage, []string{"enrol", "--store", there}},
		"store is not there":    {exitMissing, []string{"orders", "list", "--store", store}},
		"database without keys": {exitUsage, []string{"orders", "list", "--store", "postgres://x"}},
		"file with keys":        {exitUsage, []string{"orders", "list", "--store", there, "--keys", t.TempDir()}},
		"no database there":     {exitMissing, []string{"orders", "list", "--store", "postgres://me:secret@127.0.0.1:1/x", "--keys", t.TempDir()}},
		"file is not there":     {exitMissing, []string{"import", "--store", there, "--format", "uci", "/nowhere.csv"}},
		"folder of the backup":  {exitMissing, []string{"backup", "--store", there, "/nowhere/c.db"}},
		"address in use":        {exitMissing, []string{"serve", "--store", there, "--addr", "203.0.113.1:1"}},
		"order is not there":    {exitNo, []string{"orders", "show", "404", "--store", there}},
		"heading is none":       {exitNo, []string{"import", "--store", there, "--format", "uci", orders}},
		"zone is none":          {exitUsage, []string{"import", "--store", there, "--format", "uci", "--tz", "Mars/Olympus", orders}},
		"scope is none":         {exitNo, []string{"keys", "add", "--store", there, "--scope", "all"}},
		"no scope":              {exitUsage, []string{"keys", "add", "--store", there}},
		"no kind of task":       {exitUsage, []string{"tasks", "add", "--store", there}},
		"no bench for zones":    {exitUsage, []string{"stations", "zones", "--store", there}},
		"command of a group":    {exitUsage, []string{"orders", "dance", "--store", there}},
		"folder of the store":   {exitMissing, []string{"serve", "--store", "sqlite:/nowhere/c.db"}},
		"orders are a folder":   {exitMissing, []string{"import", "--store", there, "--format", "csv", t.TempDir()}},
		"policy is a folder":    {exitMissing, []string{"policy", "set", "--store", there, t.TempDir()}},
		"folder without copies": {exitMissing, []string{"sync", "import", "--store", there, t.TempDir()}},
		"policy field is none":  {exitNo, []string{"policy", "set", "--store", there, write(t, "p.json", `{"zoen":"x"}`)}},
		"flow is none":          {exitNo, []string{"flows", "publish", "--store", there, write(t, "f.json", `{"id":"x"}`)}},
		"station name is none":  {exitNo, []string{"enrol", "--store", there, "--station", "a b/../c"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := runCLI(t, test.args...)
			if code != test.code {
				t.Errorf("exit %d, want %d: %s", code, test.code, errOut)
			}
			if out != "" || strings.Count(errOut, "\n") != 2 || strings.HasPrefix(errOut, "\n") {
				t.Errorf("stdout %q stderr %q: want two lines on stderr only", out, errOut)
			}
		})
	}
}

func TestAStoreThatIsDamagedOrNewerIsRefusedWithTheNextStep(t *testing.T) {
	path := write(t, "c.db", strings.Repeat("this is no database ", 500))
	write1 := path + ".key"
	if err := os.WriteFile(write1, bytes.Repeat([]byte{1}, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errOut := runCLI(t, "orders", "list", "--store", "sqlite:"+path)
	if code != exitMissing || strings.Count(errOut, "\n") != 2 {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

func TestALostOrForeignKeyFileIsNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"UTC"}`), "--store", "sqlite:"+path)
	if err := os.Remove(path + ".key"); err != nil {
		t.Fatal(err)
	}
	code, _, errOut := runCLI(t, "orders", "list", "--store", "sqlite:"+path)
	if code != exitMissing || !strings.Contains(errOut, "Put the key file back") {
		t.Errorf("lost: exit %d: %s", code, errOut)
	}
	if err := os.WriteFile(path+".key", bytes.Repeat([]byte{7}, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errOut = runCLI(t, "orders", "list", "--store", "sqlite:"+path)
	if code != exitMissing || !strings.Contains(errOut, "does not belong") {
		t.Errorf("foreign: exit %d: %s", code, errOut)
	}
}

func TestFilesBesideTheStoreAreForTheirOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	mustCLI(t, "enrol", "--station", "bench-1", "--store", "sqlite:"+path)
	for _, suffix := range []string{"", ".key", ".ca.pem", ".ca-key.pem"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", suffix, info.Mode().Perm())
		}
	}
}

// With the key of the CA anybody is any station; with the store's, addresses are read.
func TestAKeyFileThatEverybodyMayReadIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	enrol := []string{"enrol", "--station", "bench-1", "--store", "sqlite:" + path}
	mustCLI(t, "policy", "set", write(t, "p.json", `{"zone":"Asia/Shanghai"}`), "--store", "sqlite:"+path)
	mustCLI(t, enrol...)
	for _, end := range []string{".key", ".ca-key.pem"} {
		if err := os.Chmod(path+end, 0o604); err != nil {
			t.Fatal(err)
		}
		if code, _, errOut := runCLI(t, enrol...); code != exitMissing || !strings.Contains(errOut, "chmod 600 "+path+end) {
			t.Errorf("%s: exit %d, %s", end, code, errOut)
		}
		if err := os.Chmod(path+end, 0o640); err != nil { // a group of the service's own is its affair
			t.Fatal(err)
		}
		mustCLI(t, enrol...)
	}
}

func TestReferenceDataComesFromCSVAndJSON(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	for _, test := range []struct{ what, name, body, want string }{
		{"operators", "o.csv", "id,name,badge,roles\nop1,张三,B-1,picker lead\nop2,,B-2,\n", `{"rows":2,"changed":1,"rejected":[{"row":3,"code":"missing_field"`},
		{"operators", "o.json", `[{"id":"op1","name":"张三","badge":"B-1","roles":["picker","lead"]},{"id":"op3","name":"Li","badge":"B-3","boss":1}]`,
			`{"rows":2,"changed":0,"rejected":[{"row":2,"code":"bad_row"`},
		{"catalogue", "c.csv", "sku,name_en,codes,weight_g,track\nA,Apple,6901234567892 CASE*12,180,lot\nB,Bad,X*0,,\n", `{"rows":2,"changed":1,"rejected":[{"row":3,"code":"bad_code"`},
		{"catalogue", "c.json", `[{"sku":"A","name":{"en":"Apple"},"codes":[{"key":"6901234567892"},{"key":"case","mult":12}],"weight_g":180,"track":{"lot":true}}]`,
			`{"rows":1,"changed":0,"rejected":[]}`},
		{"locations", "l.csv", "id,zone,walk\nA-01-1,A,1\n,,\n", `{"rows":2,"changed":1,"rejected":[{"row":3,"code":"bad_location"`},
	} {
		got := mustCLI(t, test.what, "import", store, write(t, test.name, test.body))
		if !strings.HasPrefix(got, test.want) {
			t.Errorf("%s %s: got %s", test.what, test.name, got)
		}
	}
	code, _, errOut := runCLI(t, "locations", "import", store, write(t, "l.csv", "id,walk,zoen\n"))
	if code != exitNo || !strings.Contains(errOut, `column "zoen" is not known`) {
		t.Errorf("misspelt column: %d %s", code, errOut)
	}
}

func TestAKeyIsShownOnceAndCanBeRevoked(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	var made struct{ ID, Key string }
	if err := json.Unmarshal([]byte(mustCLI(t, "keys", "add", store, "--name", "s", "--scope", "orders:read")), &made); err != nil {
		t.Fatal(err)
	}
	list := mustCLI(t, "keys", "list", store)
	if made.Key == "" || strings.Contains(list, made.Key) || !strings.Contains(list, made.ID) {
		t.Errorf("made %+v, list %s", made, list)
	}
	mustCLI(t, "keys", "revoke", made.ID, store)
	if !strings.Contains(mustCLI(t, "keys", "list", store), "revoked_at") {
		t.Error("the key is not revoked")
	}
	if code, _, _ := runCLI(t, "keys", "revoke", "K9", store); code != exitNo {
		t.Errorf("revoking nothing: exit %d", code)
	}
}

// server is a pickcentral serve of this process.
type server struct {
	ready
	stop func() int
}

func startServer(t *testing.T, args ...string) *server {
	t.Helper()
	in, stopIn := io.Pipe()
	out, outW := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	var errOut bytes.Buffer
	go func() {
		done <- run(ctx, append([]string{"serve", "--exit-with-stdin", "--addr", "127.0.0.1:0"}, spread(args)...), in, outW, &errOut)
		outW.Close()
	}()
	s := &server{}
	if err := json.NewDecoder(out).Decode(&s.ready); err != nil {
		cancel()
		t.Fatalf("serve: exit %d: %s", <-done, errOut.String())
	}
	go io.Copy(io.Discard, out)
	code := -1
	s.stop = func() int {
		if code < 0 {
			stopIn.Close()
			code = <-done
			cancel()
		}
		return code
	}
	t.Cleanup(func() { s.stop() })
	return s
}

func TestARestoreByOtherMeansTakesANewTimeline(t *testing.T) { onEachStore(t, restoredElsewhere) }

func restoredElsewhere(t *testing.T, store string) {
	mustCLI(t, "import", "--format", "json", store, write(t, "o.json", twoOrders))
	var said [2]struct{ Timeline int64 }
	for i := range said {
		if err := json.Unmarshal([]byte(mustCLI(t, "restored", store)), &said[i]); err != nil {
			t.Fatal(err)
		}
	}
	if said[0].Timeline <= 1 || said[1].Timeline <= said[0].Timeline {
		t.Errorf("timelines %v", said)
	}
	mustCLI(t, "import", "--format", "json", store, write(t, "p.json", strings.ReplaceAll(twoOrders, `"100`, `"200`)))
	for line := range strings.Lines(mustCLI(t, "orders", "list", store)) {
		var o struct{ ID, External string }
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		if after := o.ID > "O001000000"; after != strings.HasPrefix(o.External, "200") {
			t.Errorf("order %s has the id %s", o.External, o.ID)
		}
	}
}
