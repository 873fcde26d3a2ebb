// The role under which models are opened for answers: what live predictions need, and nothing else.
#pragma once

namespace kontor::live {

inline constexpr const char* role = "live";

}  // namespace kontor::live
