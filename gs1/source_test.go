package gs1

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// sources parses the package's own files.
func sources(t *testing.T, keep func(string) bool) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && keep(e.Name()) {
			f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
	}
	return files
}

func TestEveryExportedFunctionHasARunnableExampleAndASentence(t *testing.T) {
	examples, shown := map[string]bool{}, map[string]bool{} // functions with an example of their own, names that any example uses
	for _, f := range sources(t, func(name string) bool { return name == "example_test.go" }) {
		for _, e := range doc.Examples(f) {
			if e.Output == "" {
				t.Errorf("Example%s is not run: it has no output", e.Name)
			}
			examples[e.Name] = true
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				shown[s.Sel.Name] = true
			}
			return true
		})
	}
	for _, f := range sources(t, func(name string) bool { return !strings.HasSuffix(name, "_test.go") }) {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() {
				continue
			}
			if fn.Doc == nil {
				t.Errorf("%s has no sentence", fn.Name.Name)
			}
			if fn.Recv == nil && !examples[fn.Name.Name] {
				t.Errorf("%s has no example", fn.Name.Name)
			}
			if fn.Recv != nil && !shown[fn.Name.Name] && fn.Name.Name != "String" && fn.Name.Name != "Error" { // which printing calls
				t.Errorf("the method %s is in no example", fn.Name.Name)
			}
		}
	}
}

func TestTheLibraryImportsNothingOfOurs(t *testing.T) {
	for _, f := range sources(t, func(name string) bool { return !strings.HasSuffix(name, "_test.go") }) {
		for _, i := range f.Imports {
			if strings.Contains(i.Path.Value, ".") || strings.Contains(i.Path.Value, "pickstation") {
				t.Errorf("%s is imported", i.Path.Value)
			}
		}
	}
}

func TestEveryCodeHasItsPhrases(t *testing.T) {
	codes := 0
	for _, f := range sources(t, func(name string) bool { return name == "codes.go" }) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				codes++
				code := Code(strings.Trim(lit.Value, `"`))
				if p := phrases[code]; p.what == "" || p.do == "" {
					t.Errorf("%s says nothing or gives no next step", code)
				}
			}
			return true
		})
	}
	if codes != len(phrases) {
		t.Errorf("%d codes, %d phrases", codes, len(phrases))
	}
}
