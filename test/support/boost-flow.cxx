// Maximum flows by Boost's solver, to compare with. Input: numbers between blanks, problem by problem: nodes, edges; then each edge
// (from, to, capacity, capacity back); then each node (capacity from the source, capacity to the sink). Output: a flow a line.
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <iostream>

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Node = boost::property<
    boost::vertex_index_t, long,
    boost::property<boost::vertex_color_t, boost::default_color_type,
                    boost::property<boost::vertex_distance_t, long,
                                    boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor>>>>;
using Edge = boost::property<
    boost::edge_capacity_t, long,
    boost::property<boost::edge_residual_capacity_t, long, boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>;
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Node, Edge>;

static void link(Graph& graph, long from, long to, long forward, long backward) {
  const auto a = boost::add_edge(from, to, graph).first;
  const auto b = boost::add_edge(to, from, graph).first;
  boost::put(boost::edge_capacity, graph, a, forward);
  boost::put(boost::edge_capacity, graph, b, backward);
  boost::put(boost::edge_reverse, graph, a, b);
  boost::put(boost::edge_reverse, graph, b, a);
}

int main() {
  std::ios::sync_with_stdio(false);
  for (long nodes, edges; std::cin >> nodes >> edges;) {
    Graph graph(nodes + 2);
    for (long at = 0; at < edges; at++) {
      long from, to, forward, backward;
      std::cin >> from >> to >> forward >> backward;
      link(graph, from, to, forward, backward);
    }
    for (long node = 0; node < nodes; node++) {
      long source, sink;
      std::cin >> source >> sink;
      if (source > 0) link(graph, nodes, node, source, 0);
      if (sink > 0) link(graph, node, nodes + 1, sink, 0);
    }
    std::cout << boost::boykov_kolmogorov_max_flow(graph, nodes, nodes + 1) << '\n';
  }
}
