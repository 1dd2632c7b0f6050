// ITK as a peer of the benchmarks, on one thread. Argument: folder of the inputs. Reads "job input" a line, answers
// "milliseconds of CPU time, peak kilobytes beside the input, check sum". Inputs are raw, little endian, columns fastest.
#include <itkBinaryDilateImageFilter.h>
#include <itkCannyEdgeDetectionImageFilter.h>
#include <itkCastImageFilter.h>
#include <itkConfidenceConnectedImageFilter.h>
#include <itkConnectedComponentImageFilter.h>
#include <itkConnectedThresholdImageFilter.h>
#include <itkFlatStructuringElement.h>
#include <itkGradientMagnitudeImageFilter.h>
#include <itkImage.h>
#include <itkMorphologicalWatershedFromMarkersImageFilter.h>
#include <itkMultiThreaderBase.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

using Short = itk::Image<short, 3>;
using Byte = itk::Image<unsigned char, 3>;
using Float = itk::Image<float, 3>;
using Count = itk::Image<unsigned, 3>;

static std::string folder;

static double cpuMs() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

static long statusKb(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key + ":", 0) == 0) return std::stol(line.substr(key.size() + 1));
  }
  return 0;
}

static std::array<unsigned, 3> sizeOf(const std::string& input) {
  if (input == "ct512") return {512, 512, 200};
  if (input == "ct256") return {256, 256, 256};
  if (input == "ct128") return {128, 128, 128};
  return {512, 512, 1};
}

template <class I>
typename I::Pointer load(const std::string& file, const std::array<unsigned, 3>& size) {
  auto image = I::New();
  typename I::SizeType extent;
  for (int axis = 0; axis < 3; axis++) extent[axis] = size[axis];
  image->SetRegions(extent);
  image->Allocate();
  std::ifstream in(folder + "/" + file, std::ios::binary);
  in.read(reinterpret_cast<char*>(image->GetBufferPointer()),
          image->GetPixelContainer()->Size() * sizeof(typename I::PixelType));
  if (!in) throw std::runtime_error("cannot read " + file);
  return image;
}

static Byte::Pointer maskOf(const std::string& input, short least) {
  auto image = load<Short>(input + ".i16", sizeOf(input));
  auto mask = Byte::New();
  mask->SetRegions(image->GetLargestPossibleRegion());
  mask->Allocate();
  const size_t count = image->GetPixelContainer()->Size();
  for (size_t at = 0; at < count; at++) {
    mask->GetBufferPointer()[at] = image->GetBufferPointer()[at] >= least;
  }
  return mask;
}

template <class F>
void run(F filter) {
  std::ofstream("/proc/self/clear_refs") << "5";
  const long before = statusKb("VmRSS");
  const double start = cpuMs();
  filter->Update();
  const double ms = cpuMs() - start;
  const long peak = statusKb("VmHWM") - before;
  double sum = 0;
  auto* out = filter->GetOutput();
  const size_t count = out->GetPixelContainer()->Size();
  for (size_t at = 0; at < count; at++) sum += out->GetBufferPointer()[at];
  printf("%.3f %ld %.9g\n", ms, peak, sum);
}

static void grow(const std::string& input, short lower, short upper, std::array<long, 3> seed, bool full) {
  using F = itk::ConnectedThresholdImageFilter<Short, Byte>;
  auto filter = F::New();
  filter->SetInput(load<Short>(input + ".i16", sizeOf(input)));
  filter->SetLower(lower);
  filter->SetUpper(upper);
  filter->SetSeed({{seed[0], seed[1], seed[2]}});
  filter->SetReplaceValue(1);
  if (full) filter->SetConnectivity(F::FullConnectivity);
  run(filter);
}

static void job(const std::string& name, const std::string& input) {
  const auto size = sizeOf(input);
  if (name == "grow-large") return grow(input, 0, 160, {150, 350, 150}, false);
  if (name == "grow-large-26") return grow(input, 0, 160, {150, 350, 150}, true);
  if (name == "grow-small") return grow(input, 220, 400, {256, 300, 100}, false);
  if (name == "gradient") {
    auto filter = itk::GradientMagnitudeImageFilter<Short, Float>::New();
    filter->SetInput(load<Short>(input + ".i16", size));
    return run(filter);
  }
  if (name == "canny") {
    auto cast = itk::CastImageFilter<Short, Float>::New();
    cast->SetInput(load<Short>(input + ".i16", size));
    cast->Update();
    Float::Pointer image = cast->GetOutput();
    image->DisconnectPipeline();
    auto filter = itk::CannyEdgeDetectionImageFilter<Float, Float>::New();
    filter->SetInput(image);
    filter->SetVariance(2);
    filter->SetLowerThreshold(20);
    filter->SetUpperThreshold(60);
    return run(filter);
  }
  if (name == "components" || name == "components-noise") {
    auto filter = itk::ConnectedComponentImageFilter<Byte, Count>::New();
    filter->SetInput(maskOf(input, name == "components" ? 150 : 50));
    return run(filter);
  }
  if (name == "watershed") {
    auto filter = itk::MorphologicalWatershedFromMarkersImageFilter<Byte, Byte>::New();
    filter->SetInput1(load<Byte>(input + "-gradient.u8", size));
    filter->SetInput2(load<Byte>(input + "-markers.u8", size));
    filter->SetMarkWatershedLine(false);
    return run(filter);
  }
  if (name == "distance") {
    auto filter = itk::SignedMaurerDistanceMapImageFilter<Byte, Float>::New();
    filter->SetInput(maskOf(input, -200));
    filter->SetSquaredDistance(true);
    filter->SetUseImageSpacing(false);
    return run(filter);
  }
  if (name == "dilate") {
    using Element = itk::FlatStructuringElement<3>;
    Element::RadiusType radius;
    radius.Fill(3);
    auto filter = itk::BinaryDilateImageFilter<Byte, Byte, Element>::New();
    filter->SetInput(maskOf(input, 150));
    filter->SetKernel(Element::Box(radius));
    filter->SetForegroundValue(1);
    return run(filter);
  }
  throw std::runtime_error("no job " + name);
}

int main(int, char** arguments) {
  folder = arguments[1];
  itk::MultiThreaderBase::SetGlobalMaximumNumberOfThreads(1);
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name, input;
    words >> name >> input;
    try {
      job(name, input);
    } catch (std::exception& error) {
      printf("error %s\n", error.what());
    }
    fflush(stdout);
  }
}
