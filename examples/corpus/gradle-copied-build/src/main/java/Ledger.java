public class Ledger {
    public static void main(String[] args) {}
}
