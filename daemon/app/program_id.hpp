// What this program is known by: another build has another one. Thread: any.
#pragma once

#include <string>

namespace kontor::app {

// The build id that the linker wrote into the program (an ELF note), in hex; `otherwise` where it wrote none.
std::string program_id(const std::string& otherwise);

}  // namespace kontor::app
