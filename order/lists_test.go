package order

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// constants are the names of the constants of a type in this package's source.
func constants(t *testing.T, typ string) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				if id, ok := v.Type.(*ast.Ident); ok && id.Name == typ {
					names = append(names, v.Names[0].Name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

// The lists by which other tests prove that nothing was left out are whole.
func TestTheListsOfScreensQuestionsAndVerdictsAreWhole(t *testing.T) {
	for typ, n := range map[string]int{"Screen": len(Screens()), "QuestionKind": len(QuestionKinds()), "Verdict": len(Verdicts())} {
		if names := constants(t, typ); len(names) != n {
			t.Errorf("%d constants of type %s, %d in its list: %v", len(names), typ, n, names)
		}
	}
	for typ, n := range map[string]int{"MsgCode": len(MsgCodes()), "Command": len(Commands())} {
		if names := constants(t, typ); len(names) > n {
			t.Errorf("%d constants of type %s, %d in its list", len(names), typ, n)
		}
	}
}
