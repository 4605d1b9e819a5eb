// What the user is told of an inference trace that breaks a rule; one file of
// tests/data/traces/bad_inference a rule.
#include <filesystem>
#include <string>
#include <utility>

#include "tests/unit/traces/scratch.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

const std::string bad = "tests/data/traces/bad_inference/";

std::string told(const std::string& file) {
  return complaint(file, [](const std::string& name) { read_inference_trace(name); });
}

TEST_CASE("what is no inference trace is refused at once") {
  const Scratch scratch;
  CHECK(told(scratch.path("none.h5")) == "FILE: cannot be read: No such file or directory");
  std::filesystem::create_directory(scratch.path("folder"));
  CHECK(told(scratch.path("folder")) == "FILE: is a folder; expected an HDF5 file");
  const auto sparse = scratch.write("sparse.h5", "");
  std::filesystem::resize_file(sparse, std::uintmax_t{1} << 30);
  CHECK(told(sparse) == "FILE: is not an HDF5 file; expected an inference trace");
  CHECK(told("/dev/null") == "FILE: is not a regular file");
  const auto forbidden = scratch.write("forbidden.h5", "x");
  std::filesystem::permissions(forbidden, std::filesystem::perms::none);
  const WithoutRoot without_root;
  CHECK(told(forbidden) == "FILE: cannot be read: Permission denied");
}

TEST_CASE("every broken rule is told with the path inside the file, what was found and expected") {
  const std::pair<const char*, const char*> cases[] = {
      {"empty", "is not an HDF5 file; expected an inference trace"},
      {"not_hdf5", "is not an HDF5 file; expected an inference trace"},
      {"truncated", "is a damaged or truncated HDF5 file"},
      {"damaged", "is a damaged HDF5 file: / cannot be read"},
      {"damaged_inside", "is a damaged HDF5 file: /calibration cannot be read"},
      {"no_format", "/@format = nothing; expected a text attribute"},
      {"wrong_format", "/@format = updraft-channel; expected updraft-inference"},
      {"wrong_version", "/@version = 2; expected 1"},
      {"no_dataset_name", "/@dataset = nothing; expected a text attribute"},
      {"classes_negative", "/@classes = -3; expected a number in [1, 10000000]"},
      {"task_unknown",
       "/@task = clasification; expected classification or regression; did you mean "
       "classification?"},
      {"split_unknown",
       "/tests = an unknown member; expected calibration or test; did you mean test?"},
      {"no_split", "/ = no split; expected calibration, test or both"},
      {"split_is_dataset", "/test = a dataset; expected a group"},
      {"no_label", "/test/label = nothing; expected i32 [N]"},
      {"no_rows", "/test/label = i32 [0]; expected at least one row"},
      {"label_float", "/test/label = f32 [4]; expected i32 [N]"},
      {"label_two_columns", "/test/label = i32 [4, 2]; expected i32 [N]"},
      {"label_out_of_range", "/test/label = 3 at row 2; expected classes in [0, 2]"},
      {"label_too_large",
       "/test/label = 9223372036854775807 at row 2; expected classes in [0, 2]"},  // u64, clipped
      {"no_stage_no_variant",
       "/test = no stage and no variant; expected at least one of edge/NAME and offload/NAME"},
      {"no_answers",
       "/test/edge/plain = neither logits nor correct; expected at least one of them"},
      {"logits_too_few_columns", "/test/edge/plain/logits = f32 [4, 2]; expected f32 [4, 3]"},
      {"logits_too_few_rows", "/test/edge/plain/logits = f32 [3, 3]; expected f32 [4, 3]"},
      {"logits_text", "/test/edge/plain/logits = text [4, 3]; expected f32 [4, 3]"},
      {"logits_nan", "/test/edge/plain/logits = nan at row 1 and 3 more; expected finite numbers"},
      {"logits_too_large_for_f32",
       "/test/edge/plain/logits = inf at row 0 and 7 more; expected finite numbers"},
      {"logits_is_group", "/test/edge/plain/logits = a group; expected f32 [4, 3]"},
      {"correct_not_0_or_1", "/test/edge/plain/correct = 2 at row 2; expected 0 or 1"},
      {"correct_against_logits",
       "/test/edge/plain/correct = 0 at row 1 (largest logit: class 1, label 1); expected what "
       "logits "
       "and label say"},
      {"score_nan", "/test/edge/plain/scores/q = nan at row 0; expected finite numbers"},
      {"score_too_short", "/test/edge/plain/scores/q = f32 [3]; expected f32 [4]"},
      {"scores_differ",
       "/test/edge/plain/scores = r; expected the same as /calibration/edge/plain/scores: q"},
      {"stages_differ", "/test/edge = small; expected the same as /calibration/edge: plain"},
      {"variants_differ",
       "/test/offload = full, half; expected the same as /calibration/offload: full"},
      {"no_macs", "/test/edge/plain@macs = nothing; expected a number in [0, 1e+18]"},
      {"macs_negative", "/test/edge/plain@macs = -1000; expected a number in [0, 1e+18]"},
      {"macs_too_large", "/test/edge/plain@macs = 1e+300; expected a number in [0, 1e+18]"},
      {"macs_text", "/test/edge/plain@macs = the text 1000; expected a number in [0, 1e+18]"},
      {"params_fraction", "/test/edge/plain@params = 10.5; expected a whole number"},
      {"no_payload",
       "/test/offload/full@payload_bytes = nothing; expected a number in [0, 4294967295]"},
      {"bytes_negative",
       "/test/offload/full/bytes = -3 at row 2; expected sizes in [0, 4294967295]"},
      {"bytes_too_large",
       "/test/offload/full/bytes = 4294967296 at row 3; expected sizes in [0, 4294967295]"},
      {"unknown_member",
       "/test/edge/plain/score = an unknown member; expected logits, correct, scores or theta; did "
       "you "
       "mean scores?"},
      {"dangling_link", "/test/edge/plain = a link that leads nowhere; expected a group"},
      {"name_not_utf8",
       "/test/edge = the name pl\\xff\\xfein; expected names of printable UTF-8 characters"},
      {"claims_too_many_rows",
       "/test/label = i32 [2000000000]; expected at most 1000000000 elements"},
      {"claims_more_than_stored",
       "/test/label = i32 [500000000]; expected a size that its 0 stored bytes can hold"},
      {"compressed_by_lzf",
       "/test/edge/plain/logits = compressed by lzf (32000); expected intact data, uncompressed or "
       "gzip"},
  };
  std::size_t files = 0;
  for (const auto& [name, message] : cases) {
    CAPTURE(name);
    REQUIRE(std::filesystem::exists(bad + name + ".h5"));
    CHECK(told(bad + name + ".h5") == std::string("FILE: ") + message);
    ++files;
  }
  const auto kept = std::distance(std::filesystem::directory_iterator(bad), {});
  CHECK(files + 1 == static_cast<std::size_t>(kept));  // many_mistakes is told below
}

TEST_CASE("all mistakes of a file are told at once") {
  CHECK(told(bad + "many_mistakes.h5") ==
        "FILE: /test/label = -1 at row 0; expected classes in [0, 2]\n"
        "FILE: /test/edge/plain/logits = f32 [4, 2]; expected f32 [4, 3]\n"
        "FILE: /test/offload/full@cloud_macs = nothing; expected a number in [0, 1e+18]");
}

}  // namespace
}  // namespace updraft
