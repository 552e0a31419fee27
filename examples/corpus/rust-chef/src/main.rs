fn main() {
    println!("web ready");
}
