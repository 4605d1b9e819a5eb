# How the scripts of this folder speak: one line a step with its time, noise to a log, the log's end
# when a step fails. Sourced, never run.

# start_log FILE: where the steps that follow write.
start_log() {
  log=$1
  mkdir -p "$(dirname "$log")"
  : >"$log"
}

# step TITLE COMMAND...: runs COMMAND, its output to the log. Where it fails: the log's end, and the
# command's status.
step() {
  local title=$1 started=$SECONDS status=0 ticker='' before
  shift
  before=$(wc -l <"$log")
  printf '  %-44s ' "$title"
  if [ -t 1 ]; then
    (while sleep 1 && kill -0 $$; do printf '\r  %-44s %4d s' "$title" $((SECONDS - started)); done) &
    ticker=$!
  fi
  printf '\n--- %s: %s\n' "$title" "$*" >>"$log"
  "$@" >>"$log" 2>&1 || status=$?
  if [ -n "$ticker" ]; then
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    printf '\r  %-44s ' "$title"
  fi
  if [ $status -eq 0 ]; then
    printf '%4d s\n' $((SECONDS - started))
  else
    printf 'FAILED after %d s\n\n' $((SECONDS - started))
    tail -n +$((before + 3)) "$log" | tail -n 25 | sed 's/^/    /'
    printf '\nThe whole log: %s\n' "$log"
  fi
  return $status
}

# configure_release [-D...]: `cmake --preset release`, where it has not been done with these very
# options. Ninja itself sees a changed CMakeLists.txt; the preset and a moved checkout it does not.
configure_release() {
  local ninja=build/release/build.ninja options=build/release/.configured_with fresh=''
  if [ -e "$ninja" ] && grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" build/release/CMakeCache.txt; then
    if [ "$ninja" -nt CMakePresets.json ] && { [ $# -eq 0 ] || [ "$(cat "$options" 2>/dev/null)" = "$*" ]; }; then
      return 0
    fi
  else
    fresh=--fresh
  fi
  step 'configure' cmake ${fresh:+"$fresh"} --preset release "$@" || return
  printf '%s\n' "$*" >"$options"
}
