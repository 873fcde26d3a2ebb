// Which file of a package holds which section of a model file of the family rerank. Thread: pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "tasks/package/npy.hpp"

namespace kontor::tasks::package {

inline std::string file_of(std::string section) {
    std::replace(section.begin(), section.end(), '/', '.');
    return section + ".npy";
}

inline NumberType numbers_of(std::string_view section) {
    // A code whose items never have the number has no range of it.
    if (section.ends_with(".ranges")) {
        return NumberType::FloatOrMissing;
    }
    const bool floats = section.ends_with(".values") || section.ends_with(".weights") || section.ends_with(".others");
    return floats ? NumberType::Float : NumberType::Unsigned;
}

}  // namespace kontor::tasks::package
