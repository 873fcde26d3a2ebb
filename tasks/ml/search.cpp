#include "tasks/ml/search.hpp"

#include "tasks/ml/families.hpp"
#include "tasks/ml/murmur.hpp"

namespace kontor::ml {

Candidate candidate(
    std::int64_t trial, const std::vector<std::string>& families, const std::optional<Candidate>& champion, std::uint64_t seed
) {
    const auto count = static_cast<std::int64_t>(families.size());
    const std::string& name = families[static_cast<std::size_t>(trial % count)];
    const Family* family = find_family(name);
    if (family == nullptr) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config, "with.families names \"" + name + "\": there are linear, softprob and constant"
        );
    }
    const std::int64_t turn = trial / count;
    if (turn == 0) {
        return {name, family->defaults()};
    }
    if (turn == 1 && champion && champion->family == name) {
        return {name, complete_params(*family, champion->params)};
    }
    Random random(seed ^ murmur3_64(name) ^ (static_cast<std::uint64_t>(turn) * 0x9e3779b97f4a7c15ULL));
    return {name, family->sample(random)};
}

}  // namespace kontor::ml
