//! The codes. They stand in operators' scripts and in `--accept`: never rename one.

use super::Severity;
use Severity::{Blocking, Info, Warning};

macro_rules! codes {
    ($($name:ident $code:literal $severity:ident $meaning:literal $advice:literal $english:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $english] $name,)*
        }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// Parses a code, as in `--accept`.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == code)
            }

            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => $severity),* }
            }

            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning),* }
            }

            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice),* }
            }

            pub const fn english(self) -> &'static str {
                match self { $(Self::$name => $english),* }
            }
        }
    };
}

#[rustfmt::skip]
codes! {
    UnreadableFile "unreadable-file" Blocking
        "文件或文件夹无法读取，或没有可用的表头。" "请检查清单中的路径、权限和编码；若本批确实没有该文件，可用 --accept unreadable-file 跳过。"
        "The file or folder cannot be read, or has no usable header. Check path, permissions and encoding; accepted, the source is skipped."
    MissingColumn "missing-column" Blocking
        "缺少应有的列。" "请在清单的 columns 中写明对应的表头；旧系统没有该列的，写空字符串，或用 --accept missing-column 按空值导入。"
        "An expected column is missing. Map its header under columns, or map it to an empty text; accepted, its values are empty."
    AmbiguousColumn "ambiguous-column" Blocking
        "表头中有两列同名，无法确定要导入的是哪一列。" "请改正源文件的表头；用 --accept ambiguous-column 则取前面的一列。"
        "Two columns have the header that is to be imported. Correct the file's header; accepted, the first of them counts."
    HeaderLooksLikeData "header-looks-like-data" Blocking
        "首行像是数据而不是表头。" "请补上表头后再次导入。"
        "The first row looks like data, not like a header. Add the header and import again."
    UnknownScheme "unknown-scheme" Blocking
        "无法识别的密码算法。" "请改正清单中的 password.scheme；用 --accept unknown-scheme 则不导入密码。"
        "The password scheme is unknown. Correct password.scheme; accepted, no passwords are imported."

    MissingKey "missing-key" Warning
        "该行没有编号，未导入。" "请在源文件中补上编号后再次导入。"
        "The row has no key and is rejected. Add the key and import again."
    MalformedBytes "malformed-bytes" Warning
        "该行含有不符合编码的字节，未导入。" "请确认文件的编码，从旧系统重新导出该行。"
        "The row holds bytes that its encoding does not allow and is rejected. Check the encoding or export the row again."
    ControlCharacter "control-character" Warning
        "该行含有控制字符，未导入。" "请在源文件中删除控制字符后再次导入。"
        "The row holds control characters and is rejected. Remove them and import again."
    ColumnCount "column-count" Warning
        "该行的列数与表头不符，未导入。" "请检查该行内未加引号的逗号，改正后再次导入。"
        "The row has not as many columns as the header and is rejected. Look for commas without quotes."
    UnclosedQuote "unclosed-quote" Warning
        "该行有未闭合的引号，未导入；其后各行照常处理。" "请补上引号，或把内容中的引号写成两个，再次导入。"
        "A quote opened in the row is never closed; the row is rejected, the following ones are read. Close or double the quote."
    LineTooLong "line-too-long" Warning
        "该行过长（超过 1 MiB；照片超过 10 MiB），未导入。" "请检查源文件是否损坏。"
        "The row is over 1 MiB (a photo: 10 MiB) and is rejected. The file may be damaged."
    UnreadablePhoto "unreadable-photo" Warning
        "照片文件无法读取，未导入。" "请检查该文件的权限后再次导入。"
        "The photo cannot be read and is rejected. Check its permissions and import again."
    KeyTooLong "key-too-long" Warning
        "编号过长（超过 200 字），未导入。" "请检查列的对应关系是否正确。"
        "The key has over 200 characters and the row is rejected. Check the mapping of columns."
    RepeatedHeader "repeated-header" Warning
        "该行又是表头，或是表头下的虚线，不是数据，未导入。" "请在源文件中删除该行；若是几个文件拼接而成，请核对各列的次序是否一致。"
        "The row is the header again, or the line of dashes below it, and is rejected. Remove it; where files were joined, see whether their columns have one order."
    RepeatedKey "repeated-key" Warning
        "编号与前面的行相同而内容不同，未导入；以先出现的为准。" "请在旧系统中核实哪一行有效。"
        "The key stood before with other content; the first row counts, this one is rejected. Find out which one is right."
    DuplicateRow "duplicate-row" Info
        "与前面的行完全相同，按未变化计。" "无需处理。"
        "The row repeats an earlier one exactly and counts as unchanged."

    ExcelDamage "excel-damage" Warning
        "证件号码被电子表格改坏（科学计数法、小数点或末尾的 000）。" "请从旧系统的数据库重新导出，证件号码列用文本格式；本人也可凭旧密码认领。"
        "A spreadsheet ruined the document number (E+, decimal point, trailing 000). Export again as text; its owner can claim the record."
    NumericCell "numeric-cell" Warning
        "号码单元格是数字而不是文本，前面的 0 和 15 位以后的数字已丢失。" "请把该列设为文本格式，从旧系统重新导出；15 位以上的号码按 excel-damage 处理。"
        "A cell that holds a number as an identifier is numeric: leading zeros and digits beyond the 15th are lost. Export again as text."
    DateKey "date-key" Warning
        "编号或号码像是被电子表格改成了日期（如 1-2 变成 1月2日），已原样导入。" "请把该列设为文本格式，从旧系统重新导出；改正后的编号按新的行导入，须先撤销本批。"
        "A spreadsheet seems to have made a date of a key or number (1-2 became 2-Jan); imported as given. Export again as text; roll the batch back first, for the right key is another row."
    PaddedNumber "padded-number" Info
        "单元格的格式在所存的数字或文字之外显示前面的 0 或固定的字；已按显示的内容导入。" "请抽查几行；若另有来源引用这些编号，请确认写法一致。"
        "The format of a cell shows leading zeros or fixed letters beside the number or text it holds; what is shown is imported. Look at a few rows, and whether other sources write these keys alike."
    UnclearFormat "unclear-format" Warning
        "单元格存的是数字，其格式（条件、中文数字、百分比等）显示的不只是这些数字，无法确定显示成什么；已按所存的数字导入。" "请在工作簿中对照所列的行，把该列设为文本格式，从旧系统重新导出。"
        "A cell holds a number whose format (a condition, Chinese numerals, a percentage) shows more than its digits, and what cannot be told; the bare number is imported. Compare the rows named with the workbook, and export the column as text."
    HiddenRow "hidden-row" Warning
        "工作表有隐藏（或被筛选掉）的行，已照常导入。" "请在工作簿中取消隐藏和筛选，核实这些行是否应导入；不应导入的请删除后再次导入。"
        "Rows of the sheet are hidden or filtered out; imported all the same. Show them in the workbook, and delete those that are not to be imported."
    HiddenColumn "hidden-column" Warning
        "工作表有隐藏的列，已照常导入。" "请在工作簿中取消隐藏，核实这些列的内容。"
        "Columns of the sheet are hidden; imported all the same. Show them in the workbook and look at what they hold."
    OddCell "odd-cell" Warning
        "单元格是逻辑值或错误值（如 #N/A），已按其文字导入。" "请在工作簿中改正公式后再次导入。"
        "A cell holds a logical value or an error (#N/A); its text is imported. Correct the formula and import again."
    BadCheckDigit "bad-check-digit" Warning
        "身份证号的校验码不对，已原样导入。" "旧系统曾接受这样的号码；若数量很多，请检查导出过程。"
        "The check digit of the number is wrong; imported as given. Old systems accepted such numbers."
    FifteenDigit "fifteen-digit" Info
        "15 位身份证号，按 18 位匹配。" "无需处理。"
        "A 15-digit number; matched in its 18-digit form."
    AmbiguousFifteenDigit "ambiguous-fifteen-digit" Warning
        "15 位身份证号的顺序码为 996-999，出生世纪不明，须经核验才能关联。" "无需处理；本人登录后凭旧密码或人工核验认领。"
        "A 15-digit number with sequence 996-999, whose century is in doubt; it links only by proof."
    EmptyNumber "empty-number" Warning
        "没有证件号码，无法自动关联。" "请在旧系统中补全；本人也可认领。"
        "No document number; nothing links by itself. Complete it in the old system, or let its owner claim it."
    MaskedNumber "masked-number" Warning
        "证件号码被遮盖，无法自动关联。" "请导出未脱敏的数据。"
        "The document number is masked; nothing links by itself. Export without masking."
    OddNumber "odd-number" Warning
        "证件号码不像任何一种证件的号码，已原样导入。" "请抽查；若数量很多，请检查列的对应关系。"
        "The number looks like that of no document; imported as given. Look at some of them."
    NullText "null-text" Warning
        "证件号码、姓名、报名市或账号编号是文字 NULL 或 \\N，按没有处理。" "请重新导出，使空值为空。"
        "The number, name, city or account's key is the text NULL or \\N, and counts as absent. Export again with empty values."
    EmptyName "empty-name" Warning
        "没有姓名，无法自动关联。" "请在旧系统中补全。"
        "No name; nothing links by itself. Complete it in the old system."
    NamePlaceholder "name-placeholder" Warning
        "姓名中有 ?、□、* 等占位符，须经核验才能关联。" "生僻字可能在导出时丢失，请尝试以 GB18030 或 UTF-8 重新导出。"
        "A placeholder stands in the name, which links only by proof. Try to export again as GB18030 or UTF-8."
    NamePrivateUse "name-private-use" Warning
        "姓名中有自造字（私用区），无公开对照，须经核验才能关联。" "请向旧系统的厂商索取造字对照表。"
        "The name holds a private-use character without a published mapping; it links only by proof."
    NamePrivateUseMapped "name-private-use-mapped" Info
        "姓名中有旧字库的私用区字符，匹配时按国家标准的对照换算。" "无需处理。"
        "The name holds a private-use character of old fonts, mapped by the national standard for matching."
    ReplacementCharacter "replacement-character" Warning
        "内容中有替换字符 U+FFFD，原字已丢失。" "请从旧系统重新导出。"
        "The row holds U+FFFD: a character was lost before the export. Export again."
    NameGarbled "name-garbled" Warning
        "姓名或其他文字像是乱码（编码弄错，或转义未还原），已原样导入。" "请按所列的样子改正编码或还原转义，重新导出；抽查所列的行。乱码的姓名不能自动关联。"
        "A name or another text looks garbled: read in a wrong encoding, or still escaped; imported as given. Export again as the details say; look at the rows named. A garbled name does not link by itself."
    TabOrLineBreak "tab-or-line-break" Info
        "内容中有制表符或换行，已原样导入。" "无需处理。"
        "A value holds a tab or a line break; imported as given."
    OddYear "odd-year" Warning
        "年度不是四位年份，已原样导入。" "请在旧系统中核实。"
        "The year is not one of four digits; imported as given."
    OddDate "odd-date" Warning
        "日期无法识别，已原样导入。" "请在旧系统中核实。"
        "The date cannot be read; imported as given."
    DateFormats "date-formats" Info
        "同一列的日期有几种写法，都已识别。" "请核对各种写法的数量是否合理；两位年份取不晚于今年的世纪。"
        "The dates of a column are written in several ways; all were read. See whether the counts are plausible."
    EmptyDate "empty-date" Info
        "日期是表示“没有”的值（0、NULL、19000101、0000-00-00 等），按空值导入。" "无需处理。"
        "The date is a value by which a system says none (0, NULL, 19000101, 0000-00-00); imported as empty."
    UnknownExam "unknown-exam" Warning
        "考试不在考试目录中，代码和名称按原文保存。" "请补充考试目录（kind = \"exams\"）后再次导入。"
        "The exam is not in the catalogue; its text is kept as code and name. Complete the catalogue and import again."
    UnknownStatus "unknown-status" Warning
        "状态不是已知的词：证书按不可申请处理，申请按等待审核处理。" "请核实该状态的含义，统一后再次导入。"
        "The status is no known word: a certificate is not eligible, an application pending. Find out what it means."
    UnknownCity "unknown-city" Warning
        "报名市不是山东省的设区市，已原样导入。" "请在旧系统中核实。"
        "The city is none of Shandong's; imported as given."
    EmptyCity "empty-city" Info
        "没有报名市，申请时由本人填写。" "无需处理。"
        "No city; the applicant fills it in."
    LaiwuAfterMerger "laiwu-after-merger" Info
        "2018 年以后的证书以莱芜市为报名市（2019 年已并入济南市）。" "请在旧系统中核实。"
        "The city is Laiwu after 2018, when it was merged into Jinan."
    AccountMissing "account-missing" Warning
        "申请所属的账户不在已导入的账户中。" "请确认账户文件完整，或已先行导入。"
        "The application's account was not imported. Check that the file of accounts is complete."
    ApplicationWithoutAccount "application-without-account" Info
        "申请没有账号编号，按证件号码和姓名匹配。" "无需处理。"
        "The application names no account; it is matched by number and name."

    ClearTextPassword "clear-text-password" Warning
        "旧密码是明文，已散列后保存。" "请妥善销毁源文件。"
        "The password was in clear text; hashed before it was stored. Destroy the source file with care."
    MalformedPasswordHash "malformed-password-hash" Warning
        "密码值不符合所写的算法，未导入密码。" "请核实 password.scheme；该账户仍可经人工核验认领。"
        "The value cannot be a hash of the scheme; imported without a password. Check password.scheme."
    EmptyPassword "empty-password" Info
        "没有密码，不能用旧密码认领。" "无需处理。"
        "No password; the account cannot be proven by one."
    MissingSalt "missing-salt" Warning
        "加盐的密码没有盐，未导入密码。" "请核实盐所在的列；该账户仍可经人工核验认领。"
        "The scheme is salted and the row has no salt; imported without a password. Check the mapping of the salt's column."
    PasswordWithoutScheme "password-without-scheme" Warning
        "文件有密码列，但清单没有写 password，未导入密码。" "请在清单中写明 password = { scheme = ... }。"
        "The file has passwords but the manifest names no scheme; none is imported. Set password.scheme."

    PhotoWithoutApplication "photo-without-application" Warning
        "照片没有对应的申请，已保存。" "请确认申请文件完整，且文件名是申请编号。"
        "No application belongs to the photo; kept. Check that the file is named by the application's key."
    PhotoBreaksRule "photo-breaks-rule" Warning
        "照片不符合现行要求，已原样保存。" "无需处理；本人修改申请时需重新上传。"
        "The photo breaks today's rules; kept as it is. Its owner uploads another when editing the application."
    OtherFile "other-file" Info
        "照片文件夹中有不是 .jpg 的文件或子文件夹，已略过。" "请确认没有遗漏照片。"
        "The folder holds files that are not .jpg, or folders; left out."

    UnmappedColumn "unmapped-column" Info
        "清单没有用到的列，只保留在封存的原始行中。" "若应导入，请在清单的 columns 中写明。"
        "A column that the manifest does not use; kept in the sealed raw row only."
    SecretColumn "secret-column" Info
        "未使用的列像是密码或盐，未保存。" "若是密码，请在清单中写明。"
        "An unused column looks like passwords or salts; not stored at all."
    EncodingGuessed "encoding-guessed" Info
        "文件的编码是猜出来的。" "请抽查几行；不对时在清单中写明 encoding。"
        "The encoding was guessed. Look at a few rows, and name it in the manifest where the guess is wrong."
    DelimiterGuessed "delimiter-guessed" Info
        "文件的分隔符是从表头看出来的。" "请抽查几行；不对时在清单中写明 delimiter。"
        "The delimiter was told from the header. Look at a few rows, and name it in the manifest where it is wrong."
    ForeignByteOrderMark "foreign-byte-order-mark" Warning
        "文件开头的字节顺序标记与清单所写的编码不符，已去掉标记并按清单解码。" "请核实文件的编码。"
        "The byte order mark belongs to another encoding than the manifest names; left out, and read as the manifest says."
}
