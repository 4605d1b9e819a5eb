#include "traces/inference_trace.hpp"
namespace updraft {}
