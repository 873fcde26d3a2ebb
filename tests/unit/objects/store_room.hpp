// A real store in a temporary folder, and the few things that tests do with it.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "objects/local_objects.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

namespace kontor::objects {

inline std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

inline std::string read_all(sdk::ByteReader& reader, std::size_t at_a_time = 10'007) {
    std::string all;
    std::vector<std::byte> buffer(at_a_time);
    while (const std::size_t got = reader.read(buffer)) {
        all.append(reinterpret_cast<const char*>(buffer.data()), got);
    }
    return all;
}

// Deterministic and without repeats at the distance of a piece.
inline std::string plain_text(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 12345;
    for (char& c : text) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24U);
    }
    return text;
}

// The failure that `call` throws; fails the test when there is none.
template <class Call>
sdk::TaskFailure failure_of(Call&& call) {
    try {
        call();
    } catch (const sdk::TaskFailure& failure) {
        return failure;
    }
    ADD_FAILURE() << "it should have been refused";
    return {sdk::FailureClass::Bug, "nothing was refused"};
}

class StoreRoom : public testing::Test {
 protected:
    StoreRoom() { reopen(); }

    void reopen() {
        store.reset();
        Result<std::unique_ptr<LocalObjects>> opened = LocalObjects::open(folder, key_file, Grants::built_in());
        ASSERT_TRUE(opened) << describe(opened.error());
        store = std::move(opened.value());
    }
    static sdk::TaskIdentity identity(std::string country = "", std::string task = "extract") {
        return {41, "train", std::move(task), std::move(country), "", 1, "c-1"};
    }
    sdk::ObjectRef put(const std::string& plain, const std::string& name = "rows", const std::string& country = "DE") {
        const auto session = store->session(identity(), "extractor");
        const auto writer = session->create("raw", country, name);
        writer->write(bytes_of(plain));
        return writer->commit();
    }
    std::string get(const sdk::ObjectRef& ref, std::size_t at_a_time = 10'007) {
        const auto session = store->session(identity(), "preparer");
        return read_all(*session->open(ref), at_a_time);
    }
    std::string path(const sdk::ObjectRef& ref) const { return folder + "/" + ref.key; }
    // Reading `ref` must fail as corrupt data.
    void expect_damaged(const sdk::ObjectRef& ref, const std::string& how) {
        try {
            get(ref);
            ADD_FAILURE() << how << " was not noticed";
        } catch (const sdk::TaskFailure& failure) {
            EXPECT_EQ(failure.kind(), sdk::FailureClass::Data) << how << ": " << failure.reason();
            EXPECT_NE(failure.reason().find(ref.key), std::string::npos) << how << ": " << failure.reason();
        }
    }

    test::TemporaryFolder room;
    std::string folder = (room.path() / "objects").string();
    std::string key_file = (room.path() / "keys.json").string();
    std::unique_ptr<LocalObjects> store;
};

}  // namespace kontor::objects
