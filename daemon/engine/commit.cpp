#include "engine/commit.hpp"

namespace kontor::engine {

void Commit::take(ports::Batch batch, Actions actions) {
    KONTOR_CHECK(!batch_);
    batch_ = std::move(batch);
    actions_ = std::move(actions);
}

Actions Commit::confirmed() {
    batch_.reset();
    Actions actions = std::move(actions_);
    actions_ = {};
    return actions;
}

Result<std::optional<Actions>> Commit::advance(Duration wait_max) {
    if (in_doubt_) {
        const Result<ports::Seq> stored = store_.committed(batch_->epoch);
        if (!stored) {
            return stored.error();
        }
        in_doubt_ = false;
        if (*stored == batch_->seq) {
            return std::optional<Actions>(confirmed());
        }
    }
    if (!sent_) {
        store_.begin_commit(*batch_);
        sent_ = true;
    }
    const std::optional<Result<void>> told = store_.finish_commit(wait_max);
    if (!told) {
        return std::optional<Actions>();
    }
    sent_ = false;
    if (*told) {
        return std::optional<Actions>(confirmed());
    }
    const Error& error = told->error();
    if (error.kind == ErrorKind::InDoubt) {
        in_doubt_ = true;
        return unavailable("engine.commit", error.message);
    }
    if (error.kind == ErrorKind::Invalid) {
        return internal("engine.commit", "the database refuses a batch for good: " + describe(error));
    }
    return error;
}

}  // namespace kontor::engine
