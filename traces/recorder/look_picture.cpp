#include "traces/recorder/look_picture.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>

#include "sim/core/input_error.hpp"
#include "sim/metrics/gnuplot.hpp"
#include "sim/metrics/output_folder.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;

// Okabe and Ito (2008), "Color Universal Design", as in all figures; a tick or a cross says the
// same without colour.
constexpr char right_colour[] = "#009E73";
constexpr char wrong_colour[] = "#D55E00";
constexpr char box_colour[] = "#E69F00";

// In pixels of the picture, from its upper left corner.
constexpr int tile_side = 200;  // about: a whole number of times the image's
constexpr int gap = 20;         // right of a tile, and below it
constexpr int strip = 36;       // left of the tiles, for what the rows are
constexpr int head = 64;
constexpr int foot = 44;

int times(int side) { return std::max(1, tile_side / side); }

class Picture {
 public:
  Picture(const ImageShape& image, std::size_t columns)
      : image_(image),
        zoom_(times(std::max(image.width, image.height))),
        width_(strip + static_cast<int>(columns) * pitch()),
        height_(head + 3 * (zoom_ * image.height + gap) + foot) {}

  int pitch() const { return std::max(zoom_ * image_.width, tile_side / 2) + gap; }
  int left(std::size_t column) const { return strip + static_cast<int>(column) * pitch(); }
  int top(int row) const { return head + row * (zoom_ * image_.height + gap); }
  int zoom() const { return zoom_; }

  // Pixels [channels x height x width], each a square of `zoom` pixels.
  void tile(const std::uint8_t* pixels, const ImageShape& shape, int zoom, int x, int y) {
    const int wide = zoom * shape.width;
    const int high = zoom * shape.height;
    tiles_ += fmt::format(
        "{}  'tiles.bin' binary skip={} array=({},{}) flip=y origin=({},{}) dx=1 dy=1 "
        "format='%uchar%uchar%uchar' using 1:2:3 with rgbimage",
        tiles_.empty() ? "" : ", \\\n", data_.size(), wide, high, x + 0.5,
        height_ - y - high + 0.5);
    const int plane = shape.width * shape.height;
    for (int row = 0; row < high; ++row) {
      for (int column = 0; column < wide; ++column) {
        const std::uint8_t* pixel = pixels + row / zoom * shape.width + column / zoom;
        for (int c = 0; c < 3; ++c) data_.push_back(pixel[shape.channels == 3 ? c * plane : 0]);
      }
    }
  }

  void text(const std::string& text, double x, double y, std::string_view how,
            std::string_view colour = "#000000") {
    above_ += fmt::format("set label {} at {},{} {} front noenhanced textcolor rgb '{}'\n",
                          gnuplot_text(text), x, height_ - y, how, colour);
  }

  void line(double x0, double y0, double x1, double y1, std::string_view colour, double width) {
    above_ +=
        fmt::format("set arrow from {},{} to {},{} nohead front linecolor rgb '{}' linewidth {}\n",
                    x0, height_ - y0, x1, height_ - y1, colour, width);
  }

  // Black around its colour: seen on any ground.
  void box(double x0, double y0, double x1, double y1) {
    for (const auto& [colour, width] : {std::pair{"#000000", 5.0}, std::pair{box_colour, 2.5}}) {
      above_ += fmt::format(
          "set object rectangle from {},{} to {},{} front fillstyle empty border linecolor rgb "
          "'{}' linewidth {}\n",
          x0, height_ - y0, x1, height_ - y1, colour, width);
    }
  }

  LookPicture done() && {
    return {fmt::format(R"(# Draws look.png from tiles.bin.
set encoding utf8
if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {{
  set terminal pngcairo size {0},{1} font 'DejaVu Sans,11' background '#FFFFFF'
}} else {{
  set terminal png size {0},{1}
}}
set output 'look.png'
unset border
unset tics
unset key
set lmargin at screen 0
set rmargin at screen 1
set bmargin at screen 0
set tmargin at screen 1
set xrange [0:{0}]
set yrange [0:{1}]
{2}plot \
{3}
unset output
)",
                        width_, height_, above_, tiles_),
            std::move(data_)};
  }

 private:
  ImageShape image_;
  int zoom_;
  int width_;
  int height_;
  std::string above_;  // what is drawn over the tiles
  std::string tiles_;
  std::vector<std::uint8_t> data_;
};

// Where theta looks, as a box over the tile at (x, y). What lies far outside of the image is drawn
// into the gap around it.
void add_box(Picture& picture, const Look& look, const ImageShape& image, int x, int y) {
  const auto [tx, ty, sx, sy] = look.theta;
  const auto place = [&](float from_minus_one, int side, int start) {
    const double pixels = picture.zoom() * side;
    const double margin = 0.4 * gap;
    return start + std::clamp((from_minus_one + 1) / 2 * pixels, -margin, pixels + margin);
  };
  picture.box(place(tx - std::abs(sx), image.width, x), place(ty - std::abs(sy), image.height, y),
              place(tx + std::abs(sx), image.width, x), place(ty + std::abs(sy), image.height, y));
}

void add_answer(Picture& picture, const Look& look, std::int32_t label, double x, double y) {
  const char* colour = look.right ? right_colour : wrong_colour;
  picture.text(fmt::format("label {}", label), x, y, "left");
  if (look.right) {
    picture.line(x, y + 21, x + 4, y + 26, colour, 3);
    picture.line(x + 4, y + 26, x + 13, y + 15, colour, 3);
  } else {
    picture.line(x + 1, y + 15, x + 12, y + 26, colour, 3);
    picture.line(x + 1, y + 26, x + 12, y + 15, colour, 3);
  }
  picture.text(fmt::format("{}: {}, {:.0f} %", look.right ? "right" : "wrong", look.answer,
                           100 * look.probability),
               x + 20, y + 20, "left", colour);
}

// Gone with all that is in it at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "updraft-look-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw InputError(fmt::format("{}: no folder can be made there; see TMPDIR",
                                   fs::temp_directory_path().string()));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

LookPicture look_picture(const std::string& title, const ImageSet& images,
                         const std::vector<std::size_t>& rows, const Looks& looks) {
  Picture picture(images.shape, looks.all.size());
  picture.text(title, strip, 18, "left");
  for (const auto& [row, what] :
       {std::pair{0, "image"}, {1, "where it looks"}, {2, "what it sends"}}) {
    picture.text(what, strip / 2, picture.top(row) + picture.zoom() * images.shape.height / 2.0,
                 "center rotate by 90");
  }
  for (std::size_t i = 0; i < looks.all.size(); ++i) {
    const Look& look = looks.all[i];
    const std::uint8_t* image = images.pixels.data() + i * images.shape.values();
    const int x = picture.left(i);
    picture.text(fmt::format("row {}", rows[i]), x, head - 14, "left", "#606060");
    picture.tile(image, images.shape, picture.zoom(), x, picture.top(0));
    picture.tile(image, images.shape, picture.zoom(), x, picture.top(1));
    add_box(picture, look, images.shape, x, picture.top(1));
    picture.tile(look.patch.data(), looks.patch, times(looks.patch.width), x, picture.top(2));
    add_answer(picture, look, images.labels[i], x, picture.top(3));
  }
  return std::move(picture).done();
}

void draw(const LookPicture& picture, const std::string& output, const std::string& gnuplot) {
  const ScratchFolder folder;
  write_file(folder.path() / "look.gp", picture.script);
  write_file(folder.path() / "tiles.bin",
             {reinterpret_cast<const char*>(picture.data.data()), picture.data.size()});
  const std::string trouble = run_gnuplot(folder.path(), "look.gp", gnuplot);
  if (!trouble.empty()) throw InputError(fmt::format("{}: not drawn: {}", output, trouble));
  std::error_code failed;
  fs::copy_file(folder.path() / "look.png", output, fs::copy_options::overwrite_existing, failed);
  if (failed) throw InputError(fmt::format("{}: cannot be written", output));
}

}  // namespace updraft
