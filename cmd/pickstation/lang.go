package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pickstation/order"
	"pickstation/tui/text"
)

// newLangCommand helps with files of further languages.
func newLangCommand() *cobra.Command {
	var check, export, name, dir string
	var all bool
	cmd := &cobra.Command{
		Use:   "lang",
		Short: "Files of further languages: check one, or write one to be filled in",
		Long: "The station speaks Chinese and English; further languages are TOML files in the folder lang_dir of [ui]. A person's\n" +
			"language comes with their badge (operators import, lang), LANG on the bench card turns to the next one. A text that a\n" +
			"file lacks, or has wrong, is shown in English behind " + text.Missing + ".\n\n" +
			"--check says what a file lacks and has wrong, of much that is alike the first few, with --all everything; exit 1\n" +
			"where a text of it cannot be used.\n" +
			"--export writes a file with every text, those of --dir filled in.",
		Example: "  pickstation lang --export vi --name 'Tiếng Việt' > vi.toml\n  pickstation lang --check vi.toml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case (check == "") == (export == ""):
				return usage("lang", "give --check FILE or --export CODE")
			case export != "" && !order.IsLanguage(export):
				return usage("lang", "%.20q is no code of a language, such as vi", export)
			case check != "":
				return checkLanguage(check, all, cmd.OutOrStdout())
			}
			if dir != "" {
				list, _, err := text.LoadDir(dir)
				if err != nil {
					return fail(exitMissing, err, "name the folder of the language files with --dir")
				}
				text.Use(list...)
			}
			_, err := io.WriteString(cmd.OutOrStdout(), text.Export(export, name))
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&check, "check", "", "language file to look through")
	f.BoolVar(&all, "all", false, "with --check: everything, not the first few")
	f.StringVar(&export, "export", "", "write a file for the language with this code")
	f.StringVar(&name, "name", "", "what its speakers call it")
	f.StringVar(&dir, "dir", "", "folder with the language files there are")
	return cmd
}

// checkLanguage says what a language file lacks and has wrong.
func checkLanguage(name string, all bool, out io.Writer) error {
	data, err := text.ReadFile(name)
	if err != nil {
		return &failure{exitMissing, "lang: " + err.Error(), "check the name of the file", err}
	}
	c, found, err := text.ParseCatalogue(data)
	if err != nil {
		return &failure{exitNo, "lang: " + err.Error(), "see: pickstation lang --export", err}
	}
	groups := map[langGroup][]text.Finding{}
	count := map[string]int{}
	for _, f := range found {
		g := langGroup{kind: "note", what: f.What}
		switch {
		case f.Wrong:
			g.kind = "wrong"
		case f.Missing():
			g = langGroup{kind: "missing", section: f.Section}
		}
		groups[g], count[g.kind] = append(groups[g], f), count[g.kind]+1
	}
	for _, g := range slices.SortedFunc(maps.Keys(groups), langGroup.compare) {
		g.tell(out, groups[g], all)
	}
	fmt.Fprintf(out, "%s (%s): %d wrong, %d missing, %d to look at\n", c.Code, c.Name, count["wrong"], count["missing"], count["note"])
	if n := count["wrong"]; n > 0 {
		return &failure{code: exitNo, what: fmt.Sprintf("lang: %d texts cannot be used", n), do: "correct them; English is shown until then"}
	}
	return nil
}

// langGroup is findings of a language file that are told together.
type langGroup struct{ kind, section, what string }

// compare puts first what cannot be used, and last what is missing.
func (g langGroup) compare(h langGroup) int {
	rank := func(kind string) int { return slices.Index([]string{"wrong", "note", "missing"}, kind) }
	return cmp.Or(cmp.Compare(rank(g.kind), rank(h.kind)), cmp.Compare(g.section, h.section), cmp.Compare(g.what, h.what))
}

// langShown is how many findings of a group are named.
const langShown = 8

// tell writes a group: what is the matter, how often, and with which texts.
func (g langGroup) tell(out io.Writer, list []text.Finding, all bool) {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.Key
		if f.Section != "" && g.section == "" {
			names[i] = f.Section + " " + f.Key
		}
	}
	more := ""
	if n := len(names) - langShown; n > 0 && !all {
		names, more = names[:langShown], fmt.Sprintf(" and %d more (--all)", n)
	}
	what := g.what
	if g.kind == "missing" {
		what = fmt.Sprintf("%d of %s; English is shown", len(list), g.section)
	} else if len(list) > 1 {
		what = fmt.Sprintf("%d texts: %s", len(list), what)
	}
	fmt.Fprintf(out, "%-7s %s: %s%s\n", g.kind, what, strings.Join(names, ", "), more)
}

// languages reads the files of lang_dir. A file that is none stops no bench: doctor tells.
func (c *Config) languages() error {
	if c.UI.LangDir != "" {
		list, found, err := text.LoadDir(c.UI.LangDir)
		if err != nil {
			return fmt.Errorf("ui.lang_dir: %w", err)
		}
		text.Use(list...)
		c.langFindings = found
	}
	for _, l := range text.Languages() {
		if l == c.Lang {
			return nil
		}
	}
	return fmt.Errorf("lang is %q; use %s, or put its file into lang_dir of [ui]", c.Lang, strings.Join(text.Languages(), ", "))
}

// examineLanguages tells what is wrong with the language files.
func examineLanguages(cfg *Config, add func(check, result, what, do string)) {
	if cfg.UI.LangDir == "" {
		return
	}
	missing := map[string]int{}
	for _, f := range cfg.langFindings {
		switch {
		case f.Wrong:
			add("language", "warn", f.String(), "correct it: pickstation lang --check")
		case f.Missing():
			missing[f.File]++
		}
	}
	for file, n := range missing {
		add("language", "warn", fmt.Sprintf("%s lacks %d texts; they are shown in English behind %s", file, n, text.Missing), "fill them in: pickstation lang --export")
	}
	if len(cfg.langFindings) == 0 {
		add("language", "ok", strings.Join(text.Languages(), ", "), "")
	}
}
