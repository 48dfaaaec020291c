use super::*;

const PIXELS: usize = WIDTH as usize * HEIGHT as usize;

/// A picture of one colour above `row`, another from there on.
fn halves(above: [u8; 3], below: [u8; 3], row: usize) -> Vec<u8> {
    let split = row * usize::from(WIDTH);
    (0..PIXELS).flat_map(|index| if index < split { above } else { below }).collect()
}

#[test]
fn whites_pass_and_colours_do_not() {
    let table = [
        ([255, 255, 255], true),
        ([221, 221, 221], true),
        ([240, 235, 228], true),
        ([219, 219, 219], false),
        ([225, 235, 250], false),
        ([67, 142, 219], false),
        ([0, 0, 0], false),
    ];
    for (colour, passes) in table {
        assert_eq!(check(&halves(colour, [30, 30, 30], SIDE_ROWS)).is_ok(), passes, "{colour:?}");
    }
}

#[test]
fn clothes_below_do_not_count() {
    assert_eq!(check(&halves([255; 3], [67, 142, 219], SIDE_ROWS)), Ok(()));
}

#[test]
fn the_refusal_names_the_colour_that_is_wrong() {
    assert_eq!(
        check(&halves([67, 142, 219], [255; 3], PIXELS / usize::from(WIDTH))),
        Err(PhotoProblem::Background { white_percent: 0, colour: (67, 142, 219) })
    );
    let Err(PhotoProblem::Background { white_percent, colour }) = check(&halves([255; 3], [200, 30, 30], 20)) else {
        panic!("a red lower part of the sides passed");
    };
    assert_eq!(colour, (200, 30, 30));
    assert!((40..=60).contains(&white_percent), "{white_percent}");
}

#[test]
fn a_thin_frame_line_is_forgiven() {
    let mut pixels = halves([255; 3], [255; 3], 0);
    for index in 0..PIXELS {
        let (row, column) = (index / usize::from(WIDTH), index % usize::from(WIDTH));
        if row == 0 || column == 0 || column + 1 == usize::from(WIDTH) {
            pixels[index * 3..index * 3 + 3].fill(0);
        }
    }
    assert_eq!(check(&pixels), Ok(()));
}
