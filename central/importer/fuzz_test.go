package importer_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/central/centraltest"
	"pickstation/central/importer"
)

func FuzzUCI(f *testing.F) {
	c := centraltest.New(f)
	f.Add([]byte(heading + "1,10001,A,2,2010-12-01 08:26:00,1.50,,UK\n"))
	f.Add([]byte(heading + "1,10001,\"A,2\n,\"\r\n\r\nC1,M,,-1,1/1/2010 0:00,0.01,,\n"))
	f.Add([]byte("\ufeff" + strings.ToLower(heading) + "1,POST,,1,2010-12-01 08:26:00,-99999999.99,,\n"))
	f.Add([]byte("InvoiceNo\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "f.csv")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := importer.UCI(t.Context(), c.Service, []string{path}, importer.Options{Warehouse: "main"})
		if err != nil {
			return
		}
		if res.Lines+res.Charges+res.ReturnRows+len(res.Rejected) != res.Rows {
			t.Errorf("rows are lost: %+v", res)
		}
	})
}

func FuzzCSV(f *testing.F) {
	c := centraltest.New(f)
	f.Add([]byte(csvText))
	f.Add([]byte("channel,external_id,sku,qty\na,b,c,1\na,b\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "f.csv")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := importer.CSV(t.Context(), c.Service, []string{path}, importer.Options{Warehouse: "main"})
		if err == nil && res.Lines+len(res.Rejected) != res.Rows {
			t.Errorf("rows are lost: %+v", res)
		}
	})
}

func FuzzJSON(f *testing.F) {
	c := centraltest.New(f)
	one, err := json.Marshal(centraltest.Order("1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"orders":[` + string(one) + `,null,3]}`))
	f.Add([]byte(string(one) + "\n{\n[]"))
	f.Add([]byte("[[[[[["))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "f.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := importer.JSON(t.Context(), c.Service, []string{path}, importer.Options{Warehouse: "main"})
		if err != nil || res.New+res.Updated+res.Unchanged+len(res.Rejected) != res.Rows {
			t.Errorf("orders are lost: %+v, %v", res, err)
		}
	})
}
