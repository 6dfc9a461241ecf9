#!/usr/bin/env bash
# Runs a Google Benchmark whose names are GROUP_ours… and GROUP_std…, and prints the CPU time of each
# beside the first std of its group: median of five repetitions, all in one run.
set -euo pipefail
"$1" --benchmark_format=csv --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
     --benchmark_enable_random_interleaving=true 2>/dev/null |
awk -F, '
  $1 ~ /_median"?$/ {
    name = $1; gsub(/"/, "", name); sub(/_median$/, "", name)
    spent = name ~ /manual_time/ ? $3 : $4  # what a benchmark measures itself is CPU time, too
    sub(/\/.*/, "", name)
    group = name; sub(/_(ours|std).*/, "", group)
    cpu[++count] = spent; names[count] = name; groups[count] = group
    if (name ~ /_std/ && !(group in std)) std[group] = spent
  }
  END {
    for (i = 1; i <= count; ++i)
      printf "%-36s %10.1f ns CPU   std takes %6.2f times as long\n", names[i], cpu[i], std[groups[i]] / cpu[i]
  }'
