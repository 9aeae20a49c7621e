#!/usr/bin/env bash
# Makes the pictures of the README from the real program: the demo in tmux, driven by
# its keys, its screen captured and drawn. Needs tmux; deterministic but for clock and ages.
set -euo pipefail
cd "$(dirname "$0")/.."
out=docs/pictures
mkdir -p "$out"
tool=$(mktemp -d)/shots
go build -o "$tool" ./scripts/shots
dir=$(mktemp -d)
name=pickstation-shots-$$
cols=80 rows=26
trap 'tmux kill-session -t $name 2>/dev/null || true; rm -rf "$dir" "$(dirname "$tool")"' EXIT

tmux new-session -d -s "$name" -x $cols -y $rows "env TERM=tmux-256color bin/pickstation demo --dir $dir --lang en --color 16"

# see waits until the screen shows a text.
see() {
  for _ in $(seq 200); do
    tmux capture-pane -p -t "$name" | grep -q -- "$1" && return 0
    sleep 0.1
  done
  echo "the screen never shows: $1" >&2
  tmux capture-pane -p -t "$name" >&2
  exit 1
}
key() { tmux send-keys -t "$name" "$@"; }
shoot() { tmux capture-pane -e -N -p -t "$name" | "$tool" -cols $cols -rows $rows -title "$2" -out "$out/$1.svg"; }

see 'Scan your badge'
see 'ONLINE'
sleep 1
key b
see 'Hello'
see 'Scan an order'
shoot queue "The work queue"
key Space
see 'is open'
key Space
see '1 of\|1 / \|picked'
shoot pick "Picking: location, quantity, verdict and next step"
key w
see 'XXX'
shoot error "A wrong scan: what it is, whose it is, what to do"
key o
see 'OFFLINE'
key Space
sleep 1
shoot offline "Offline: work goes on, unsent events are counted"
for _ in $(seq 60); do
  tmux capture-pane -p -t "$name" | grep -q 'Stick waybill\|stick it on' && break
  key Space
  sleep 0.3
done
shoot label "The waybill is printed; stick it on and scan it"
tmux send-keys -t "$name" C-c C-c
echo "pictures in $out"
