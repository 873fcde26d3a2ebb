#include "tasks/ml/search.hpp"

#include "tasks/ml/families.hpp"
#include "tasks/ml/murmur.hpp"
#include "tasks/ml/tpe.hpp"

#include <algorithm>

namespace kontor::ml {
namespace {

const Family& known_family(const std::string& name) {
    const Family* family = find_family(name);
    if (family == nullptr) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "with.families names \"" + name + "\": there are linear, softprob, rerank and constant"
        );
    }
    return *family;
}

bool knows(const std::vector<std::string>& families, const std::string& name) {
    return std::find(families.begin(), families.end(), name) != families.end();
}

Candidate proposed(const SearchInput& input) {
    std::vector<const Family*> families;
    std::vector<std::vector<Dimension>> spaces;
    for (const std::string& name : input.families) {
        families.push_back(&known_family(name));
        spaces.push_back(families.back()->space());
    }
    std::vector<Finished> order = input.finished;
    std::sort(order.begin(), order.end(), [](const Finished& a, const Finished& b) {
        return a.trial < b.trial;
    });
    std::vector<Observation> observations;
    for (const Finished& finished : order) {
        const auto name =
            std::find(input.families.begin(), input.families.end(), finished.candidate.family);
        if (name != input.families.end()) {
            const auto family = static_cast<std::size_t>(name - input.families.begin());
            observations.push_back(
                {{family, place_of(spaces[family], finished.candidate.params)}, finished.value}
            );
        }
    }
    const std::int64_t first = order.empty() ? 0 : order.back().trial + 1;
    const auto number = static_cast<std::size_t>(std::max<std::int64_t>(input.trial - first, 0));
    const std::uint64_t seed =
        input.seed ^ (static_cast<std::uint64_t>(first) * 0xbf58476d1ce4e5b9ULL);
    const Proposal proposal = propose(spaces, observations, number, seed);
    return {
        input.families[proposal.family],
        params_at(spaces[proposal.family], proposal.place, families[proposal.family]->defaults())};
}

}  // namespace

Candidate candidate(const SearchInput& input) {
    const auto count = static_cast<std::int64_t>(input.families.size());
    const std::string& name = input.families[static_cast<std::size_t>(input.trial % count)];
    const Family& family = known_family(name);
    const std::int64_t turn = input.trial / count;
    if (turn == 0) {
        return {name, family.defaults()};
    }
    if (input.trial == count && input.champion && knows(input.families, input.champion->family)) {
        return {
            input.champion->family,
            complete_params(known_family(input.champion->family), input.champion->params)};
    }
    if (!input.finished.empty()) {
        return proposed(input);
    }
    Random random(
        input.seed ^ murmur3_64(name) ^ (static_cast<std::uint64_t>(turn) * 0x9e3779b97f4a7c15ULL)
    );
    const std::vector<Dimension> space = family.space();
    return {name, params_at(space, random_place(space, random), family.defaults())};
}

}  // namespace kontor::ml
