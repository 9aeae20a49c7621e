package main

import (
	"bytes"
	"errors"
	"os"

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

// carriedLine is what sync import prints.
type carriedLine struct {
	central.Carried
	Answer string `json:"answer"`
}

func newSyncImport() *cobra.Command {
	var answer string
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take a station's file in and write the answer that is to be carried back",
		Long: "Takes in a file that 'pickstation sync export' wrote, beside a running pickcentral or without one, and writes\n" +
			"the answer: what the centre has now, new work, renewed leases. Only the station can open it, with\n" +
			"'pickstation sync import ANSWER'. A file that comes again changes nothing; one that was changed on its way, or\n" +
			"is of a station that is not enrolled here, is refused. With another code than ok the rest of the file was not\n" +
			"taken; the answer tells the station how to go on.",
		Example: "  pickcentral sync import /media/stick/bench-1.carry --answer /media/stick/bench-1.answer --store sqlite:central.db",
		Args:    wantArgs(1, 1, "one file"),
		RunE: with(false, func(c *cobra.Command, ct *centre, args []string) error {
			if answer == "" {
				answer = args[0] + ".answer"
			}
			done, err := takeCarried(c, ct, args[0], answer)
			if err != nil {
				return err
			}
			if err := printJSON(c, carriedLine{done, answer}); err != nil || done.Code == wire.CodeOK {
				return err
			}
			return order.Errorf("carry_"+string(done.Code), "a part of the file was not taken: %s", done.Code).
				WithHint("carry the answer back all the same; the station's next file goes on from it")
		}),
	}
	c.Flags().StringVar(&answer, "answer", "", "file for the answer; FILE.answer")
	return c
}

func takeCarried(c *cobra.Command, ct *centre, file, answer string) (central.Carried, error) {
	in, err := importer.Open(file)
	if err != nil {
		return central.Carried{}, err
	}
	defer in.Close()
	ca, err := ct.ca(0)
	if err != nil {
		return central.Carried{}, err
	}
	var out bytes.Buffer
	done, err := ct.svc.TakeCarried(c.Context(), ca, in, &out)
	if err != nil {
		return done, err
	}
	if err := writeWhole(answer, out.Bytes()); err != nil {
		return done, (&order.Error{Code: "file", Op: "write " + answer, Msg: "the answer cannot be written", Err: err}).
			WithHint("name another place with --answer; taking the file in again doubles nothing")
	}
	return done, nil
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
