#!/usr/bin/env bash
# Runs a Google Benchmark whose names are GROUP_ours… and GROUP_std… or GROUP_boost…, and prints the CPU
# time of each beside the first std or boost of its group: median of five repetitions, all in one run.
set -euo pipefail
"$1" --benchmark_format=csv --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
     --benchmark_enable_random_interleaving=true 2>/dev/null |
awk -F, '
  $1 ~ /_median"?$/ {
    name = $1; gsub(/"/, "", name); sub(/_median$/, "", name)
    spent = name ~ /manual_time/ ? $3 : $4  # what a benchmark measures itself is CPU time, too
    sub(/\/.*/, "", name)
    group = name; sub(/_(ours|std|boost).*/, "", group)
    cpu[++count] = spent; names[count] = name; groups[count] = group
    if (match(name, /_(std|boost)/) && !(group in theirs)) {
      theirs[group] = spent; who[group] = substr(name, RSTART + 1, RLENGTH - 1)
    }
  }
  END {
    for (i = 1; i <= count; ++i)
      printf "%-36s %10.1f ns CPU   %5s takes %6.2f times as long\n", names[i], cpu[i], who[groups[i]], theirs[groups[i]] / cpu[i]
  }'
