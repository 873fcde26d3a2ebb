// Predictions beside the truth, joined by item id: what scoring and comparing have in common.
// Thread: the task's own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tasks/csv/data_file.hpp"
#include "tasks/ml/metrics.hpp"
#include "tasks/ml/schema.hpp"

namespace kontor::tasks::model {

// Codes as numbers, in order of first appearance.
class CodeNumbers {
 public:
    std::int32_t number(std::string_view code);
    const std::vector<std::string>& codes() const { return codes_; }

 private:
    std::map<std::string, std::int32_t, std::less<>> numbers_;
    std::vector<std::string> codes_;
};

class Truth {
 public:
    // Errors: TaskFailure(Config) for missing columns, (Data) for rows that were never prepared.
    Truth(sdk::Objects& objects, const csv::Dataset& truth, const ml::Schema& schema);

    // One entry per item of the truth, by position; empty where the predictions lack the item.
    // Errors: TaskFailure(Data) for predictions in another form.
    struct Prediction {
        bool known = false;
        ml::Judged judged;
    };
    std::vector<Prediction> judge(sdk::Objects& objects, const csv::Dataset& predictions);
    const CodeNumbers& codes() const { return codes_; }
    std::size_t rows() const { return labels_.size(); }

 private:
    std::unordered_map<std::string, std::size_t> positions_;
    std::vector<std::int32_t> labels_;
    CodeNumbers codes_;
};

}  // namespace kontor::tasks::model
