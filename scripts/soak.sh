#!/usr/bin/env bash
# The long versions of simulators, kill loops and fuzzers. The simulators come one after
# the other, so that each says how far it is and ends with one line of counts; then
# everything else. Sizes and first seeds can be set:
#
#   PICKSTATION_PROTOCOL_WORLDS  worlds of the protocol alone      100,000
#   PICKSTATION_WORLDS        model worlds, everything goes wrong  100,000
#   PICKSTATION_SLOW_WORLDS   weeks with a warehouse's own times   5,000
#   PICKSTATION_CUTS          power cuts of the station's database 1,000,000
#   PICKSTATION_REAL_WORLDS   worlds of real parts                 5,000
#   PICKSTATION_WHOLE_WORLDS  whole systems, real processes        1,000
#   PICKSTATION_BENCH_WORLDS  systems of two benches and printers  300
#   PICKSTATION_SHIFT_SCANS   random scans over random orders       200,000
#   PICKSTATION_KILLS         kills of each kill loop              1,000 (200 where a kill is slow)
#   PICKSTATION_SEED          first seed of all of them            0
#   PICKSTATION_FUZZ          time of each fuzz target             5m, 0 for none
set -euo pipefail
cd "$(dirname "$0")/.."
export PICKSTATION_SOAK=1

# package, test, what it is
simulators="
./sync/agent     TestNothingIsLostOrDoubledInABadWorld                          worlds of the protocol
./world          TestModelWorldsKeepTheInvariants                               model worlds
./world          TestSlowWorldsKeepTheInvariants                                slow worlds
./localdb        TestPowerCutsLoseNothingThatWasAcknowledged                    power cuts
./world          TestWorldsOfRealPartsKeepTheInvariants                         worlds of real parts
./station        TestARandomShiftHoldsWhatMustAlwaysHold                        random shifts
./cmd/pickstation TestAStationKilledBehindItsScreenLosesAndDoublesNothing       kills behind the screen
./cmd/pickstation TestWholeSystemsThatGoWrongLoseAndDoubleNothing               whole systems
./cmd/pickstation TestTwoBenchesOfOneCentreLoseAndDoubleNothing                 systems of two benches
"
failed=0
skip=
while read -r package test what; do
  [ -n "$package" ] || continue
  skip="$skip${skip:+|}^$test\$"
  echo "== $what"
  go test -count=1 -timeout 48h -v -run "^$test\$" "$package" </dev/null | grep -vE '^ *(=== |--- PASS|PASS|ok )' || failed=1
done <<<"$simulators"

echo "== everything else"
go test -count=1 -timeout 12h -skip "$skip" ./... || failed=1
if [ "${PICKSTATION_FUZZ:-5m}" != 0 ]; then
  scripts/fuzz.sh "${PICKSTATION_FUZZ:-5m}" || failed=1
fi
exit "$failed"
