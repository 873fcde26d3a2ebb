#include "base/nearest.hpp"

#include <algorithm>

namespace kontor {
namespace {

constexpr std::size_t name_bytes_max = 64;
// A longer list helps nobody.
constexpr std::size_t names_shown_max = 12;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        previous[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1)});
            const bool swapped =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        before = previous;
        previous = current;
    }
    return previous[b.size()];
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
    if (name.empty() || name.size() > name_bytes_max) {
        return "";
    }
    // A third of the letters may be wrong; of a short name one, of a single letter none.
    std::size_t best = std::min(std::max<std::size_t>(1, name.size() / 3) + 1, name.size());
    std::string found;
    for (const std::string& candidate : known) {
        const std::size_t gap = std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size());
        if (gap > best) {
            continue;
        }
        const std::size_t distance = edit_distance(name, candidate);
        // Of two that are equally near the one of the same length: a wrong letter is likelier than one too many.
        const bool likelier = !found.empty() && distance == best && gap == 0 && found.size() != name.size();
        if (distance < best || likelier) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
    if (const std::string near = nearest(name, known); !near.empty()) {
        return "did you mean '" + near + "'?";
    }
    std::string list;
    if (known.size() <= names_shown_max) {
        for (const std::string& candidate : known) {
            list += (list.empty() ? "known: " : ", ") + candidate;
        }
    }
    return list;
}

}  // namespace kontor
