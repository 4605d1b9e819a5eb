// A picture of what an extractor finds: an image a column. From above: the image; the same with the
// box that its patch is taken from; the patch as it is sent, enlarged without smoothing. Under them
// the label and the cloud's answer with its probability, ticked where it is right. No torch here.
#pragma once

#include <string>
#include <vector>

#include "traces/recorder/looking.hpp"

namespace updraft {

struct LookPicture {
  std::string script;              // gnuplot's: draws look.png from tiles.bin
  std::vector<std::uint8_t> data;  // tiles.bin
};

// looks.all[i] is what was found in the i-th of `images`, which is the split's row rows[i].
LookPicture look_picture(const std::string& title, const ImageSet& images,
                         const std::vector<std::size_t>& rows, const Looks& looks);

// Draws it into a PNG file. Throws InputError where gnuplot is missing or fails, or where `output`
// cannot be written.
void draw(const LookPicture& picture, const std::string& output,
          const std::string& gnuplot = "gnuplot");

}  // namespace updraft
