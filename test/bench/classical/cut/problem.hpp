// The minimum cut of jobs-segmenting.ts as a peer builds it, and the protocol of itk/peers.cxx around it. Job: cut INPUT.
#pragma once
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

struct Problem {
  int nodes, pairs;
  std::vector<std::int16_t> image;
  std::array<int, 3> size;

  /** Calls link(from, to, capacity) for each pair of neighbours and attach(node, fromSource, toSink) for each node. */
  template <class Link, class Attach>
  void each(Link link, Attach attach) const {
    std::vector<int> weights(65536);
    for (int d = 0; d < 65536; d++) {
      weights[d] = std::max(1, (int)std::floor(1000 * std::exp(-double(d) * d / 800) + 0.5));
    }
    const auto [nx, ny, nz] = size;
    for (int k = 0, at = 0; k < nz; k++) {
      for (int j = 0; j < ny; j++) {
        for (int i = 0; i < nx; i++, at++) {
          const auto join = [&](int other) { link(at, other, weights[std::abs(image[at] - image[other])]); };
          if (i + 1 < nx) join(at + 1);
          if (j + 1 < ny) join(at + nx);
          if (k + 1 < nz) join(at + nx * ny);
          const int t = terminal(image[at]);
          attach(at, std::max(t, 0), std::max(-t, 0));
        }
      }
    }
  }

 private:
  static int terminal(int hounsfield) {
    const double object = (hounsfield - 100) / 25.0, background = (hounsfield - 45) / 25.0;
    const int ratio = (int)std::floor(60 * (background * background - object * object) + 0.5);
    return std::max(-600, std::min(600, ratio)) - (hounsfield > 200 || hounsfield < -50 ? 600 : 0);
  }
};

inline double cpuMs() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

inline long statusKb(const char* key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key, 0) == 0) return std::atol(line.c_str() + std::string(key).size() + 1);
  }
  return 0;
}

inline std::array<int, 3> sizeOf(const std::string& input) {
  if (input == "ct512") return {512, 512, 200};
  if (input == "ct256") return {256, 256, 256};
  if (input == "ct128") return {128, 128, 128};
  return {512, 512, 1};
}

/** Answers each line of the standard input with what `flowOf` finds. */
template <class FlowOf>
int serve(const std::string& folder, FlowOf flowOf) {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name, input;
    words >> name >> input;
    Problem problem;
    problem.size = sizeOf(input);
    problem.nodes = problem.size[0] * problem.size[1] * problem.size[2];
    problem.pairs = 3 * problem.nodes;
    problem.image.resize(problem.nodes);
    std::ifstream(folder + "/" + input + ".i16", std::ios::binary).read((char*)problem.image.data(), 2L * problem.nodes);
    std::ofstream("/proc/self/clear_refs") << 5;
    const long before = statusKb("VmRSS");
    const double start = cpuMs();
    const long flow = flowOf(problem);
    const double ms = cpuMs() - start;
    std::printf("%.3f %ld %.9g\n", ms, statusKb("VmHWM") - before, (double)flow);
    std::fflush(stdout);
  }
  return 0;
}
