// A sparse matrix by column: which rows (or classes, or codes) hold a feature, and how much of it.
// Thread: one writer, or many readers.
#pragma once

#include "tasks/ml/csr.hpp"
#include "tasks/ml/features.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kontor::ml {

struct Postings {
    std::vector<std::uint32_t> begins{0};  // one more than features
    std::vector<std::uint32_t> ids;
    std::vector<float> values;

    std::uint32_t features() const { return static_cast<std::uint32_t>(begins.size() - 1); }
    std::span<const std::uint32_t> ids_of(std::uint32_t feature) const {
        return std::span(ids).subspan(begins[feature], begins[feature + 1] - begins[feature]);
    }
    std::span<const float> values_of(std::uint32_t feature) const {
        return std::span(values).subspan(begins[feature], begins[feature + 1] - begins[feature]);
    }

    // The rows of `matrix` by feature; ids are row numbers, ascending within a feature.
    static Postings transpose(const CsrMatrix& matrix);

    sdk::Json save(Sections& sections, const std::string& name) const;
    // Errors: TaskFailure(Data) when the parts do not fit, or an id is not below `ids_end`.
    static Postings load(
        const sdk::Json& value,
        const Sections& sections,
        const std::string& name,
        std::size_t ids_end
    );
};

}  // namespace kontor::ml
