// Whatever is done to a stored file, reading it is refused, or gives exactly what was written.
#include <sodium.h>

#include "base/prng.hpp"
#include "objects/envelope.hpp"
#include "store_room.hpp"

namespace kontor::objects {
namespace {

constexpr std::size_t sealed_piece = piece_bytes + crypto_secretstream_xchacha20poly1305_ABYTES;

class Damage : public StoreRoom {
 protected:
    Damage() : ref(put(plain_text(2 * piece_bytes + 1000))), good(test::file_text(path(ref))) {
        head = head_prefix_bytes + std::string("raw/DE/1").size() + head_rest_bytes;
        EXPECT_EQ(good.size(), head + 2 * sealed_piece + 1000 + 17);
    }
    void expect_refused(const std::string& bad, const std::string& how) {
        test::put_file(path(ref), bad);
        expect_damaged(ref, how);
    }
    // In place: thousands of whole files would be written otherwise.
    void poke(std::size_t at, char byte) {
        std::fstream file(path(ref), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
    }
    void flip(std::size_t at, unsigned bit) {
        poke(at, static_cast<char>(static_cast<unsigned char>(good[at]) ^ (1U << bit)));
        expect_damaged(ref, "bit " + std::to_string(bit) + " of byte " + std::to_string(at));
        poke(at, good[at]);
    }

    const sdk::ObjectRef ref;
    const std::string good;
    std::size_t head = 0;
};

TEST_F(Damage, EveryBitOfTheHeadCounts) {
    for (std::size_t at = 0; at < head; ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            flip(at, bit);
        }
    }
}

TEST_F(Damage, EveryByteAtTheEdgesOfThePiecesCounts) {
    for (const std::size_t edge : {head, head + sealed_piece, head + 2 * sealed_piece, good.size()}) {
        for (std::size_t at = edge < 20 ? 0 : edge - 20; at < std::min(edge + 20, good.size()); ++at) {
            flip(at, static_cast<unsigned>(at % 8));
        }
    }
}

TEST_F(Damage, FlipsAnywhereCount) {
    Prng random(4711);
    for (int i = 0; i < 300; ++i) {
        flip(random.below(good.size()), static_cast<unsigned>(random.below(8)));
    }
}

TEST_F(Damage, CutsAtEveryEdgeAreRefused) {
    for (std::size_t size = 0; size <= head + 20; ++size) {
        expect_refused(good.substr(0, size), "a cut at " + std::to_string(size));
    }
    for (const std::size_t edge : {head + sealed_piece, head + 2 * sealed_piece, good.size()}) {
        for (std::size_t size = edge - 20; size < std::min(edge + 20, good.size()); ++size) {
            expect_refused(good.substr(0, size), "a cut at " + std::to_string(size));
        }
    }
}

TEST_F(Damage, AppendedBytesAreRefused) {
    expect_refused(good + '\0', "one byte more");
    expect_refused(good + good.substr(head), "all pieces once more");
}

TEST_F(Damage, MovedRepeatedAndLeftOutPiecesAreRefused) {
    const std::string first = good.substr(head, sealed_piece);
    const std::string second = good.substr(head + sealed_piece, sealed_piece);
    const std::string last = good.substr(head + 2 * sealed_piece);
    const std::string front = good.substr(0, head);
    expect_refused(front + second + first + last, "swapped pieces");
    expect_refused(front + first + first + last, "a repeated piece");
    expect_refused(front + first + last, "a piece left out");
    expect_refused(front + last, "only the last piece");
    expect_refused(front + first + second + last + last, "the last piece twice");
}

TEST_F(Damage, APieceOfAnotherObjectIsRefused) {
    const std::string other = test::file_text(path(put(plain_text(2 * piece_bytes + 1000), "other")));
    expect_refused(good.substr(0, head) + other.substr(head, sealed_piece) + good.substr(head + sealed_piece), "a foreign piece");
}

TEST_F(Damage, AFileAtAnotherObjectsPlaceIsRefused) {
    const sdk::ObjectRef other = put("something else", "other");
    std::filesystem::copy_file(path(other), path(ref), std::filesystem::copy_options::overwrite_existing);
    expect_damaged(ref, "another object's file");
}

TEST_F(Damage, AFileOfAnotherCountryIsRefused) {
    const sdk::ObjectRef french = put(plain_text(10), "rows", "FR");
    std::filesystem::copy_file(path(ref), path(french), std::filesystem::copy_options::overwrite_existing);
    expect_damaged(french, "a German file in France");
}

TEST_F(Damage, AnotherObjectsWrappedKeyIsRefused) {
    const std::string other = test::file_text(path(put(plain_text(2 * piece_bytes + 1000), "other")));
    const std::size_t wrap = head_prefix_bytes + 8;  // nonce and wrapped key
    expect_refused(good.substr(0, wrap) + other.substr(wrap, 72) + good.substr(wrap + 72), "a foreign wrapped key");
    expect_refused(other.substr(0, head) + good.substr(head), "a foreign head");
    expect_refused(good.substr(0, head) + other.substr(head), "a foreign body");
}

TEST_F(Damage, AHeadThatTellsTheTruthAboutAnotherDataKeyIsRefused) {
    // Sealed with the right wrapping key for the right object, but the pieces were made with another data key.
    const Result<std::unique_ptr<KeyRing>> ring = KeyRing::open(key_file, true);
    ASSERT_TRUE(ring);
    const ObjectKey object = parse_key(ref.key);
    StreamHead stream{};
    std::copy_n(good.begin() + static_cast<std::ptrdiff_t>(head - 56), stream.size(), stream.begin());
    const std::vector<unsigned char> forged = seal_head(object, ring.value()->current("raw", "DE"), *Secret::random(), stream);
    expect_refused(std::string(forged.begin(), forged.end()) + good.substr(head), "another data key");
}

TEST_F(Damage, TheUndamagedFileIsStillReadable) {
    expect_refused(good + "x", "appended");
    test::put_file(path(ref), good);
    EXPECT_EQ(get(ref), plain_text(2 * piece_bytes + 1000));
}

TEST_F(Damage, AnUnknownKeyIsNamed) {
    std::string bad = good;
    bad[head_prefix_bytes + 7] = '9';  // raw/DE/9
    test::put_file(path(ref), bad);
    const sdk::TaskFailure failure = failure_of([&] { get(ref); });
    EXPECT_NE(failure.reason().find("'raw/DE/9' is not in the key file"), std::string::npos) << failure.reason();
}

TEST(Envelope, ASecondDataKeyNeverFitsTheSameHead) {
    ASSERT_GE(sodium_init(), 0);
    const ObjectKey object = parse_key("raw/train/7/DE/t.1.rows");
    const WrappingKey wrapping{"raw/DE/1", Secret::random()};
    const StreamHead stream{};
    std::vector<unsigned char> one = seal_head(object, wrapping, *Secret::random(), stream);
    const std::vector<unsigned char> two = seal_head(object, wrapping, *Secret::random(), stream);
    EXPECT_TRUE(open_head(object, parse_head(one), *wrapping.secret));
    // The wrap of the second opens by itself; only the commitment tells that it is not the first one's data key.
    std::copy_n(two.begin() + head_prefix_bytes + 8, 72, one.begin() + head_prefix_bytes + 8);
    EXPECT_FALSE(open_head(object, parse_head(one), *wrapping.secret));
}

}  // namespace
}  // namespace kontor::objects
