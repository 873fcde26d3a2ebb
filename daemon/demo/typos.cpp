#include "demo/typos.hpp"

#include <vector>

namespace kontor::demo {

void misspell(std::string& text, Prng& random) {
    std::vector<std::size_t> starts;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) {
            starts.push_back(at);
        }
    }
    if (starts.size() < 4) {
        return;
    }
    // Not the first and not the last: two neighbours must exist.
    const std::size_t chosen = 1 + static_cast<std::size_t>(random.below(starts.size() - 3));
    const std::string one = text.substr(starts[chosen], starts[chosen + 1] - starts[chosen]);
    const std::string next = text.substr(starts[chosen + 1], starts[chosen + 2] - starts[chosen + 1]);
    const std::uint64_t kind = random.below(3);
    const std::string instead = kind == 0 ? next : kind == 1 ? one + one + next : next + one;
    text.replace(starts[chosen], one.size() + next.size(), instead);
}

}  // namespace kontor::demo
