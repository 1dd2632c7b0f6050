// Boost's solver (libboost-graph-dev) as a peer of the minimum cut.
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>

#include "problem.hpp"

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Node = boost::property<
    boost::vertex_index_t, int,
    boost::property<boost::vertex_color_t, boost::default_color_type,
                    boost::property<boost::vertex_distance_t, int,
                                    boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor>>>>;
using Edge = boost::property<
    boost::edge_capacity_t, int,
    boost::property<boost::edge_residual_capacity_t, int, boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>;
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Node, Edge>;

int main(int, char** arguments) {
  return serve(arguments[1], [](const Problem& problem) {
    Graph graph(problem.nodes + 2);
    const auto link = [&](int from, int to, int forward, int backward) {
      const auto a = boost::add_edge(from, to, graph).first;
      const auto b = boost::add_edge(to, from, graph).first;
      boost::put(boost::edge_capacity, graph, a, forward);
      boost::put(boost::edge_capacity, graph, b, backward);
      boost::put(boost::edge_reverse, graph, a, b);
      boost::put(boost::edge_reverse, graph, b, a);
    };
    problem.each([&](int from, int to, int capacity) { link(from, to, capacity, capacity); },
                 [&](int node, int source, int sink) {
                   if (source > 0) link(problem.nodes, node, source, 0);
                   if (sink > 0) link(node, problem.nodes + 1, sink, 0);
                 });
    return (long)boost::boykov_kolmogorov_max_flow(graph, problem.nodes, problem.nodes + 1);
  });
}
