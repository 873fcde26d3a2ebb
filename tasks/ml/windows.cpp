#include "tasks/ml/windows.hpp"

#include <cstring>

namespace kontor::ml {
namespace {

// Four places in one register of any 64-bit machine.
using Lanes = std::uint32_t __attribute__((vector_size(16)));
constexpr std::size_t lanes = sizeof(Lanes) / sizeof(std::uint32_t);
// What whole registers and the bytes of the last place reach over.
constexpr std::size_t slack = WindowHashes::n_max + lanes;
static_assert(WindowHashes::piece >= lanes);

Lanes load(const std::uint32_t* from) {
    Lanes value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

void store(std::uint32_t* to, Lanes value) { std::memcpy(to, &value, sizeof value); }

template <unsigned by>
Lanes rotated(Lanes x) {
    return (x << by) | (x >> (32U - by));
}

Lanes mixed_in(Lanes k) { return rotated<15>(k * 0xcc9e2d51U) * 0x1b873593U; }

Lanes finished(Lanes h, std::uint32_t length) {
    h ^= length;
    h ^= h >> 16U;
    h *= 0x85ebca6bU;
    h ^= h >> 13U;
    h *= 0xc2b2ae35U;
    h ^= h >> 16U;
    return h;
}

Lanes after_four(Lanes h, Lanes k) { return rotated<13>(h ^ mixed_in(k)) * 5U + 0xe6546b64U; }

}  // namespace

void WindowHashes::set_text(std::string_view text) {
    size_ = text.size();
    bodies_ready_ = 0;
    ready_.fill(false);
    if (four_.size() < size_ + slack) {
        four_.resize(2 * (size_ + slack));
        for (std::vector<std::uint32_t>& body : bodies_) {
            body.resize(four_.size());
        }
    }
    std::size_t at = 0;
    for (; at + 4 <= size_; ++at) {
        std::memcpy(&four_[at], text.data() + at, 4);
    }
    for (; at < size_; ++at) {
        four_[at] = 0;
        std::memcpy(&four_[at], text.data() + at, size_ - at);
    }
    std::memset(&four_[size_], 0, slack * sizeof four_[0]);
}

const std::vector<std::uint32_t>& WindowHashes::body(std::uint32_t words) {
    for (; bodies_ready_ < words; ++bodies_ready_) {
        const std::vector<std::uint32_t>& before = bodies_[bodies_ready_];
        std::vector<std::uint32_t>& after = bodies_[bodies_ready_ + 1];
        const std::uint32_t* const next = four_.data() + std::size_t{4} * bodies_ready_;
        for (std::size_t at = 0; at < size_; at += lanes) {
            store(&after[at], after_four(load(&before[at]), load(next + at)));
        }
    }
    return bodies_[words];
}

void WindowHashes::compute(std::uint32_t n) {
    const std::size_t count = size_ < n ? 0 : size_ - n + 1;
    std::vector<std::uint32_t>& found = found_[n];
    if (found.size() < count + piece) {
        found.resize(count + piece);
    }
    const std::vector<std::uint32_t>& from = body(n / 4);
    const std::uint32_t* const behind = four_.data() + n / 4 * 4;
    // Of the last bytes, fewer than four; none at all leave the state as it is.
    const auto rest = static_cast<std::uint32_t>((std::uint64_t{1} << (n % 4 * 8)) - 1);
    for (std::size_t at = 0; at < count; at += lanes) {
        store(&found[at], finished(load(&from[at]) ^ mixed_in(load(behind + at) & rest), n));
    }
}

}  // namespace kontor::ml
