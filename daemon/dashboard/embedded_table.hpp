// The tables that embed/embed.mjs writes at build time. Private to this folder.
#pragma once

#include "dashboard/embedded.hpp"

namespace kontor::dashboard {

std::span<const EmbeddedFile> plain_table();
std::span<const EmbeddedFile> packed_table();

}  // namespace kontor::dashboard
