package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/central/importer"
	"pickstation/order"
	"pickstation/sync/wire"
)

// newSyncCommand takes in what stations without network had carried here.
func newSyncCommand() *cobra.Command {
	return group("sync", "Take in what a station without network had carried here",
		"  pickcentral sync import /media/stick/bench-1.carry --answer /media/stick/bench-1.answer", newSyncImport())
}

// carriedLine is what sync import prints for a file.
type carriedLine struct {
	central.Carried
	Answer  string `json:"answer,omitempty"`
	File    string `json:"file,omitempty"`    // where there are several
	Message string `json:"message,omitempty"` // why the file was refused
}

func newSyncImport() *cobra.Command {
	var answer string
	var replaced bool
	c := &cobra.Command{
		Use:   "import FILE|FOLDER…",
		Short: "Take a station's files in and write the answer that is to be carried back",
		Long: "Takes in a file that 'pickstation sync export' wrote, beside a running pickcentral or without one, and writes\n" +
			"the answer: what the centre has now, new work, renewed leases. Only the station can open it, with\n" +
			"'pickstation sync import ANSWER'. A file that comes again changes nothing; one that was changed on its way, or\n" +
			"is of a station that is not enrolled here, is refused. With another code than ok the rest of the file was not\n" +
			"taken; the answer tells the station how to go on.\n\n" +
			"Of a bench whose disk is lost, name the folder in which it kept its copies (copy_dir of its configuration), or the\n" +
			"*.copy files themselves: all of them are taken in, in their order, one line each; there is no answer. Where the bench\n" +
			"was enrolled again before that, its earlier certificate is taken with --replaced only.",
		Example: "  pickcentral sync import /media/stick/bench-1.carry --answer /media/stick/bench-1.answer --store sqlite:central.db\n" +
			"  pickcentral sync import /media/stick/copies --replaced --store sqlite:central.db",
		Args: wantArgs(1, 0, "a file or a folder"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			files, err := carriedFiles(args)
			if err != nil {
				return err
			}
			if len(files) > 1 {
				return takeAll(c, ct, files, replaced)
			}
			done, err := takeCarried(c, ct, files[0], answer, replaced)
			if err != nil {
				return err
			}
			if err := printJSON(c, done); err != nil || done.Code == wire.CodeOK {
				return err
			}
			do := "carry the answer back all the same; the station's next file goes on from it"
			if done.Copy {
				do = "take the bench's other copies in too; what the centre has by then is kept"
			}
			return order.Errorf("carry_"+string(done.Code), "a part of the file was not taken: %s", done.Code).WithHint("%s", do)
		}),
	}
	c.Flags().StringVar(&answer, "answer", "", "file for the answer; FILE.answer")
	c.Flags().BoolVar(&replaced, "replaced", false, "take a file whose certificate is not in force any more")
	return c
}

// carriedFiles puts the copies that lie in a folder in its place. Their names are in the
// order in which they are to be taken in.
func carriedFiles(args []string) (files []string, err error) {
	for _, name := range args {
		if st, err := os.Stat(name); err != nil || !st.IsDir() {
			files = append(files, name) // a name that is nothing is refused when it is opened
			continue
		}
		in, err := os.ReadDir(name)
		if err != nil {
			return nil, (&order.Error{Code: "file", Op: "read " + name, Msg: "the folder cannot be read", Err: err}).WithHint("let this user read it")
		}
		before := len(files)
		for _, e := range in {
			if strings.HasSuffix(e.Name(), wire.CopySuffix) {
				files = append(files, filepath.Join(name, e.Name()))
			}
		}
		if len(files) == before {
			return nil, order.Errorf("no_copies", "there are no copies (*%s) in %s", wire.CopySuffix, name).
				WithHint("name the folder that is copy_dir in the bench's configuration")
		}
	}
	return files, nil
}

// takeAll takes several files in. One that is refused does not stop the others.
func takeAll(c *cobra.Command, ct *centre, files []string, replaced bool) error {
	left := 0
	for _, file := range files {
		done, err := takeCarried(c, ct, file, "", replaced)
		var known *order.Error
		if err != nil && !errors.As(err, &known) {
			return err
		}
		if done.File = file; known != nil {
			done.Code, done.Message = wire.Code(known.Code), known.Error()+": "+known.Hint
		}
		if done.Code != wire.CodeOK {
			left++
		}
		if err := printJSON(c, done); err != nil {
			return err
		}
	}
	if left == 0 {
		return nil
	}
	return order.Errorf("carry_partly", "%d of %d files were not taken whole", left, len(files)).
		WithHint("see the lines whose code is not ok; taking the files in again doubles nothing")
}

// takeCarried takes a file in and writes its answer, under the file's name where none is given.
func takeCarried(c *cobra.Command, ct *centre, file, answer string, replaced bool) (carriedLine, error) {
	in, err := importer.Open(file)
	if err != nil {
		return carriedLine{}, err
	}
	defer in.Close()
	ca, err := ct.ca(0)
	if err != nil {
		return carriedLine{}, err
	}
	var out bytes.Buffer
	done, err := ct.svc.TakeCarried(c.Context(), ca, in, &out, replaced)
	line := carriedLine{Carried: done}
	if err != nil || done.Copy {
		return line, err
	}
	if line.Answer = answer; answer == "" {
		line.Answer = file + ".answer"
	}
	if err := writeWhole(line.Answer, out.Bytes()); err != nil {
		return line, (&order.Error{Code: "file", Op: "write " + line.Answer, Msg: "the answer cannot be written", Err: err}).
			WithHint("name another place with --answer; taking the file in again doubles nothing")
	}
	return line, nil
}

// writeWhole writes a file as a whole or not at all.
func writeWhole(path string, body []byte) error {
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return os.Rename(tmp, path)
}
