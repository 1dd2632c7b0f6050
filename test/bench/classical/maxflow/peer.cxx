// Kolmogorov's maxflow library (libmaxflow-dev, GPL) in a program of its own, only to measure against: nothing of the product
// links it. Protocol as in itk/peers.cxx. Job: cut INPUT, the graph of jobs-segmenting.ts from the same image.
#include <sys/resource.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>
#include <maxflow.h>

using Graph = maxflow::Graph_III;

static double cpuMs() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static long statusKb(const char* key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key, 0) == 0) return std::atol(line.c_str() + std::string(key).size() + 1);
  }
  return 0;
}

static std::array<int, 3> sizeOf(const std::string& input) {
  if (input == "ct512") return {512, 512, 200};
  if (input == "ct256") return {256, 256, 256};
  if (input == "ct128") return {128, 128, 128};
  return {512, 512, 1};
}

static int terminal(int hounsfield) {
  const double object = (hounsfield - 100) / 25.0, background = (hounsfield - 45) / 25.0;
  const int ratio = (int)std::floor(60 * (background * background - object * object) + 0.5);
  return std::max(-600, std::min(600, ratio)) - (hounsfield > 200 || hounsfield < -50 ? 600 : 0);
}

int main(int, char** arguments) {
  const std::string folder = arguments[1];
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name, input;
    words >> name >> input;
    const auto [nx, ny, nz] = sizeOf(input);
    const int count = nx * ny * nz, slice = nx * ny;
    std::vector<std::int16_t> image(count);
    std::ifstream(folder + "/" + input + ".i16", std::ios::binary)
        .read((char*)image.data(), 2L * count);
    std::vector<int> weights(65536);
    for (int d = 0; d < 65536; d++) {
      weights[d] = std::max(1, (int)std::floor(1000 * std::exp(-double(d) * d / 800) + 0.5));
    }
    std::ofstream("/proc/self/clear_refs") << 5;
    const long before = statusKb("VmRSS");
    const double start = cpuMs();
    Graph graph(count, 3 * count);
    graph.add_node(count);
    for (int k = 0, at = 0; k < nz; k++) {
      for (int j = 0; j < ny; j++) {
        for (int i = 0; i < nx; i++, at++) {
          const auto link = [&](int other) {
            const int weight = weights[std::abs(image[at] - image[other])];
            graph.add_edge(at, other, weight, weight);
          };
          if (i + 1 < nx) link(at + 1);
          if (j + 1 < ny) link(at + nx);
          if (k + 1 < nz) link(at + slice);
          const int t = terminal(image[at]);
          graph.add_tweights(at, std::max(t, 0), std::max(-t, 0));
        }
      }
    }
    const int flow = graph.maxflow();
    const double ms = cpuMs() - start;
    std::printf("%.3f %ld %.9g\n", ms, statusKb("VmHWM") - before, (double)flow);
    std::fflush(stdout);
  }
}
