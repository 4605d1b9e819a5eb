// What libjpeg does on an error where all that it codes and decodes is our own: included by the
// files that call it, and by no header.
#pragma once

#include <cstdio>  // before jpeglib.h, which needs FILE and does not say so

#include <jpeglib.h>

#include "sim/core/check.hpp"

namespace updraft {

// That libjpeg refuses it is our fault.
inline void leave_jpeg(j_common_ptr info) {
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  UPDRAFT_CHECK(false, text);
}

// It cautions that steps above 255 are not baseline: known, and wanted.
inline void keep_quiet(j_common_ptr, int) {}

inline jpeg_error_mgr* strict(jpeg_error_mgr& errors) {
  jpeg_std_error(&errors);
  errors.error_exit = leave_jpeg;
  errors.emit_message = keep_quiet;
  return &errors;
}

}  // namespace updraft
