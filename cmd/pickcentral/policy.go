package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"pickstation/central"
	"pickstation/order"
)

func newPolicyCommand() *cobra.Command {
	var warehouse string
	set := &cobra.Command{
		Use: "set FILE", Short: "Set a warehouse's policy from JSON; - reads standard input",
		Long: "Fields that the JSON leaves out keep their value, lists are replaced whole, null takes a value back (JSON merge patch,\n" +
			"RFC 7396). A warehouse is made by setting its policy. The fields of boxes, batches, the put wall, roles, PINs and weights\n" +
			"are explained in docs/bench.md; policy show prints all that are set.",
		Example: "  echo '{\"zone\":\"Asia/Shanghai\",\"auto_print\":true}' | pickcentral policy set -",
		Args:    wantArgs(1, 1, "one file"),
		RunE: with(true, func(c *cobra.Command, ct *centre, args []string) error {
			data, err := readInput(c, args[0])
			if err != nil {
				return err
			}
			p, err := ct.svc.Policy(c.Context(), warehouse)
			var known *order.Error
			if errors.As(err, &known) && known.Code == "not_found" {
				p, err = order.DefaultPolicy(), nil
			}
			if err == nil {
				p, err = patched(p, data)
			}
			if err != nil {
				return err
			}
			p.Warehouse = warehouse
			if err := ct.svc.SetPolicy(c.Context(), p, false); err != nil {
				return err
			}
			return printJSON(c, p)
		}),
	}
	show := &cobra.Command{
		Use: "show", Short: "Print a warehouse's policy", Example: "  pickcentral policy show", Args: noArgs,
		RunE: with(false, func(c *cobra.Command, ct *centre, _ []string) error {
			p, err := ct.svc.Policy(c.Context(), warehouse)
			if err != nil {
				return err
			}
			return printJSON(c, p)
		}),
	}
	g := group("policy", "What a warehouse has decided", "  pickcentral policy show", set, show)
	g.PersistentFlags().StringVar(&warehouse, "warehouse", central.DefaultWarehouse, "which warehouse")
	return g
}

// patched returns a policy with the fields of a JSON merge patch (RFC 7396). It is not
// decoded into the policy itself: an entry of a list would keep fields of the entry that
// stood in its place before.
func patched(p order.Policy, patch []byte) (order.Policy, error) {
	refused := func(err error) (order.Policy, error) {
		return p, (&order.Error{Code: "bad_json", Op: "read policy", Msg: "not a policy", Err: err}).
			WithHint("%ssee its fields with: pickcentral policy show", nearField(err))
	}
	var target, change map[string]any
	if err := decodeStrict(patch, new(order.Policy)); err != nil {
		return refused(err)
	}
	if err := decodeStrict(patch, &change); err != nil || change == nil {
		return refused(err)
	}
	now, err := json.Marshal(p)
	if err == nil {
		err = decodeStrict(now, &target)
	}
	if err != nil {
		return p, err
	}
	mergePatch(target, change)
	if now, err = json.Marshal(target); err != nil {
		return p, err
	}
	var next order.Policy
	if err := decodeStrict(now, &next); err != nil {
		return refused(err)
	}
	return next, nil
}

// nearField asks for the field that was meant, where the decoder met one that is none.
func nearField(err error) string {
	if err == nil {
		return ""
	}
	_, name, found := strings.Cut(err.Error(), "unknown field ")
	if !found {
		return ""
	}
	name = strings.Trim(name, `"`)
	var known []string
	for _, k := range order.Fields(reflect.TypeFor[order.Policy](), "json") {
		if k = k[strings.LastIndexByte(k, '.')+1:]; k != name { // else it stands in the wrong place
			known = append(known, k)
		}
	}
	if near := order.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q? ", near)
	}
	return ""
}

// mergePatch changes target as RFC 7396 says, with names in any case, as the decoder
// takes them.
func mergePatch(target, change map[string]any) {
	for name, v := range change {
		for known := range target {
			if strings.EqualFold(known, name) {
				name = known
			}
		}
		inner, is := target[name].(map[string]any)
		object, both := v.(map[string]any)
		switch {
		case v == nil:
			delete(target, name)
		case is && both:
			mergePatch(inner, object)
		default:
			target[name] = v
		}
	}
}

// decodeStrict reads one JSON value, all of whose fields are known, and nothing behind it.
func decodeStrict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind it")
	}
	return nil
}
