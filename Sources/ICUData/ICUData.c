// Stands in for the data of ICU (languages, calendars, time zones) when the programs are linked. Foundation brings 31 MB of it,
// half of a program, and these programs use none: they write dates as ISO 8601, and ask the C library for local time.
//
// This is a package of data with no entries, which ICU reads as it reads its own. It has to have the name that ICU's has in
// this release of Swift, which systemd/layout.sh finds: ICU_DATA.
#include <stdint.h>

struct table_of_contents {
    uint16_t header_size;
    uint8_t magic[2];
    // What ICU calls UDataInfo.
    uint16_t info_size, reserved_word;
    uint8_t is_big_endian, charset_family, size_of_char, reserved_byte;
    uint8_t format[4], format_version[4], data_version[4];
    uint8_t padding[8];
    uint32_t count;
};

extern const struct table_of_contents ICU_DATA;

const struct table_of_contents ICU_DATA __attribute__((aligned(16))) = {
    .header_size = 32,
    .magic = {0xda, 0x27},
    .info_size = 20,
    .is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
    .size_of_char = 2,
    .format = {'T', 'o', 'C', 'P'},
    .format_version = {1},
    .count = 0,
};
