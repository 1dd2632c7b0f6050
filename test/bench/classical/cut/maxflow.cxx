// Kolmogorov's maxflow library (libmaxflow-dev, GPL) in a program of its own, only to measure against: nothing of the product
// links it.
#include <maxflow.h>

#include "problem.hpp"

int main(int, char** arguments) {
  return serve(arguments[1], [](const Problem& problem) {
    maxflow::Graph_III graph(problem.nodes, problem.pairs);
    graph.add_node(problem.nodes);
    problem.each([&](int from, int to, int capacity) { graph.add_edge(from, to, capacity, capacity); },
                 [&](int node, int source, int sink) { graph.add_tweights(node, source, sink); });
    return (long)graph.maxflow();
  });
}
