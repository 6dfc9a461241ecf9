#include "lock_order.hpp"

#include <cstring>

#include "world.hpp"
#include "zeroed.hpp"

namespace promissory::explorer::lock_order {
namespace {

constexpr int edge_limit = 256;
constexpr int longest_circle = 4;

/// A thread that held `from` took `to`.
struct Edge {
  Address from;
  Address to;
  int thread;
  int gates;
  Address gate[8];
  VectorClock order;
  Stack stack;
};

Zeroed<Edge, edge_limit> edge;
int edges = 0;

bool are_concurrent(const Edge& a, const Edge& b) {
  return a.thread != b.thread && a.order.at[a.thread] > b.order.at[a.thread] &&
         b.order.at[b.thread] > a.order.at[b.thread];
}

bool share_a_gate(const Edge& a, const Edge& b) {
  for (int i = 0; i < a.gates; ++i) {
    for (int j = 0; j < b.gates; ++j) {
      if (a.gate[i] == b.gate[j]) return true;
    }
  }
  return false;
}

bool fits(const int* path, int length, const Edge& next) {
  for (int i = 0; i < length; ++i) {
    if (!are_concurrent(edge[path[i]], next) || share_a_gate(edge[path[i]], next)) return false;
  }
  return true;
}

void report(const int* path, int length) {
  if (world::record->soft_kind != Kind::none) return;
  world::record->notes = 0;
  for (int i = 0; i < length; ++i) {
    const Edge& it = edge[path[i]];
    world::note(it.thread, it.stack, "takes mutex {%lx} while it holds {%lx}", it.to, it.from);
  }
  world::soft_failure(
      Kind::lock_order,
      "%d threads take the same locks in a circle. It went well this time; in another order "
      "they wait for each other.",
      length);
}

void search(int* path, int length) {
  const Edge& last = edge[path[length - 1]];
  if (last.to == edge[path[0]].from) {
    report(path, length);
    return;
  }
  if (length == longest_circle) return;
  for (int i = 0; i < edges; ++i) {
    if (edge[i].from == last.to && fits(path, length, edge[i])) {
      path[length] = i;
      search(path, length + 1);
    }
  }
}

}  // namespace

void begin() {
  edges = 0;
}

void taken(Address mutex) {
  const Thread& thread = *self;
  for (int i = 0; i < thread.held_count && edges < edge_limit; ++i) {
    Edge& it = edge[edges];
    it.from = thread.held[i];
    it.to = mutex;
    it.thread = thread.id;
    it.order = thread.order;
    if (world::record->wants_detail) it.stack = thread.stack;
    for (int j = 0; j < thread.held_count && it.gates < 8; ++j) {
      if (j != i) it.gate[it.gates++] = thread.held[j];
    }
    int path[longest_circle] = {edges};
    ++edges;
    search(path, 1);
  }
}

}  // namespace promissory::explorer::lock_order
