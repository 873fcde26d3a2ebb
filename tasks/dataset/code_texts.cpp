#include "tasks/dataset/code_texts.hpp"

#include <map>

namespace kontor::tasks::dataset {

std::vector<ml::CodeText> read_codes(sdk::Objects& objects, const csv::Dataset& list) {
    csv::Reader reader = csv::open_rows(objects, list.object);
    const int code = reader.column("code");
    const int title = reader.column("title");
    if (code < 0 || title < 0) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.codes needs the columns \"code\" and \"title\"");
    }
    std::vector<ml::CodeText> codes;
    std::map<std::string, std::size_t, std::less<>> places;
    csv::Row row;
    while (reader.next(row)) {
        const std::string_view name =
            row.fault() == csv::RowFault::None ? ml::trimmed(row[static_cast<std::size_t>(code)]) : std::string_view();
        if (name.empty()) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Data,
                "with.codes, row " + std::to_string(row.number()) + ", holds no code: mend the list"
            );
        }
        const std::string_view text = row[static_cast<std::size_t>(title)];
        const auto [known, is_new] = places.emplace(name, codes.size());
        if (is_new) {
            codes.push_back({std::string(name), std::string(text)});
        } else if (std::string& texts = codes[known->second].text; texts.find(text) == std::string::npos) {
            texts += (texts.empty() ? "" : " ") + std::string(text);
        }
    }
    return codes;
}

}  // namespace kontor::tasks::dataset
