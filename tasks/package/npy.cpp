#include "tasks/package/npy.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::package {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);

std::string npy(std::string_view numbers, NumberType type, const std::string& shape) {
    std::string head = std::string("{'descr': '<") + (type == NumberType::Unsigned ? "u4" : "f4") + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    constexpr std::size_t prefix = 10;
    constexpr std::size_t alignment = 64;
    head.append(alignment - (prefix + head.size() + 1) % alignment, ' ');
    head.push_back('\n');
    std::string file(magic);
    file.append("\x01\x00", 2);
    file.push_back(static_cast<char>(head.size() & 0xFFU));
    file.push_back(static_cast<char>(head.size() >> 8U));
    return file + head + std::string(numbers);
}

class Reader {
 public:
    Reader(std::string_view bytes, NumberType type, const std::string& file) : rest_(bytes), type_(type), file_(file) {}

    NpyArray read() {
        const std::string_view head = take_head();
        const std::string_view descr = quoted(after(head, "'descr':"));
        by_column_ = after(head, "'fortran_order':").starts_with("True");
        NpyArray array;
        array.shape = shape_in(after(head, "'shape':"));
        rows_ = array.shape.empty() ? 1 : array.shape.front();
        columns_ = array.shape.size() == 2 ? array.shape.back() : 1;
        array.numbers.resize(rows_ * columns_ * 4);
        into_ = array.numbers.data();
        take_numbers(descr);
        return array;
    }

 private:
    [[noreturn]] void broken(const std::string& what) const { throw sdk::TaskFailure(sdk::FailureClass::Data, file_ + ": " + what); }

    std::string_view take_head() {
        if (rest_.size() < 12 || !rest_.starts_with(magic)) {
            broken("it is no array that numpy.save wrote");
        }
        const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(rest_[at])); };
        const bool first = byte(6) == 1;
        const std::size_t begin = first ? 10 : 12;
        const std::size_t size = byte(8) | byte(9) << 8U | (first ? 0 : byte(10) << 16U | byte(11) << 24U);
        if (byte(6) > 2 || size > rest_.size() - begin) {
            broken("its head cannot be read");
        }
        const std::string_view head = rest_.substr(begin, size);
        rest_.remove_prefix(begin + size);
        return head;
    }
    std::string_view after(std::string_view head, std::string_view key) const {
        const std::size_t at = head.find(key);
        if (at == std::string_view::npos) {
            broken("its head lacks " + std::string(key));
        }
        head.remove_prefix(at + key.size());
        return head.substr(std::min(head.find_first_not_of(' '), head.size()));
    }
    std::string_view quoted(std::string_view text) const {
        const std::size_t end = text.size() < 2 ? std::string_view::npos : text.find('\'', 1);
        if (end == std::string_view::npos) {
            broken("its kind of numbers cannot be read");
        }
        return text.substr(1, end - 1);
    }
    std::vector<std::size_t> shape_in(std::string_view text) const {
        constexpr std::size_t numbers_max = std::size_t{1} << 28U;
        std::vector<std::size_t> shape;
        std::size_t all = 1;
        text = text.substr(0, text.find(')'));
        for (std::size_t at = 0; (at = text.find_first_of("0123456789", at)) != std::string_view::npos;) {
            std::size_t size = 0;
            const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), size);
            at = static_cast<std::size_t>(end - text.data());
            if (error != std::errc() || size > numbers_max || shape.size() == 2) {
                broken("an array of one or two dimensions is expected");
            }
            shape.push_back(size);
            all *= size;
        }
        if (all > numbers_max) {
            broken("it is too large");
        }
        return shape;
    }
    template <class Number>
    void take_as() {
        if (rest_.size() != rows_ * columns_ * sizeof(Number)) {
            broken("it has another length than its head says");
        }
        for (std::size_t i = 0; i < rows_ * columns_; ++i) {
            Number number;
            std::memcpy(&number, rest_.data() + i * sizeof number, sizeof number);
            const std::size_t to = by_column_ ? i % rows_ * columns_ + i / rows_ : i;
            if (type_ != NumberType::Unsigned) {
                const auto value = static_cast<float>(number);
                put(to, value, std::isfinite(value) || (type_ == NumberType::FloatOrMissing && std::isnan(value)));
            } else {
                const bool fits = number >= 0 && static_cast<std::uint64_t>(number) <= std::numeric_limits<std::uint32_t>::max();
                put(to, static_cast<std::uint32_t>(number), fits);
            }
        }
    }
    template <class Number>
    void put(std::size_t to, Number number, bool good) {
        if (!good) {
            broken("the number at place " + std::to_string(to) + " is not finite, or too large");
        }
        std::memcpy(into_ + to * 4, &number, sizeof number);
    }
    void take_numbers(std::string_view descr) {
        const bool floats = type_ != NumberType::Unsigned;
        if (floats && descr == "<f4") {
            take_as<float>();
        } else if (floats && descr == "<f8") {
            take_as<double>();
        } else if (!floats && descr == "<u4") {
            take_as<std::uint32_t>();
        } else if (!floats && descr == "<i4") {
            take_as<std::int32_t>();
        } else if (!floats && descr == "<i8") {
            take_as<std::int64_t>();
        } else if (!floats && descr == "<u8") {
            take_as<std::uint64_t>();
        } else {
            broken("its numbers are " + std::string(descr) + ", " + (floats ? "<f4 (float32)" : "<u4 (uint32)") + " is expected");
        }
    }

    std::string_view rest_;
    const NumberType type_;
    const std::string& file_;
    bool by_column_ = false;
    std::size_t rows_ = 0;
    std::size_t columns_ = 0;
    char* into_ = nullptr;
};

}  // namespace

std::string npy_vector(std::string_view numbers, NumberType type) { return npy(numbers, type, std::to_string(numbers.size() / 4) + ","); }

std::string npy_matrix(std::string_view numbers, NumberType type, std::size_t columns) {
    return npy(numbers, type, std::to_string(numbers.size() / 4 / columns) + ", " + std::to_string(columns));
}

NpyArray read_npy(std::string_view bytes, NumberType type, const std::string& file) { return Reader(bytes, type, file).read(); }

}  // namespace kontor::tasks::package
